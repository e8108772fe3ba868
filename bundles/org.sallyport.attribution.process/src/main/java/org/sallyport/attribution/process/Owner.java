// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.util.Objects;
import java.util.OptionalLong;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

/**
 * Who opened the socket, and the subjects that can be told without naming a process.
 *
 * @param userId the opener's uid
 * @param groupId the opener's gid
 * @param cgroupId the id of the cgroup in which the socket was made, if the kernel tells
 * @param sent when the opener, or whoever got the socket from it, sent by it
 */
public record Owner(Fact<Long> userId, Fact<Long> groupId, OptionalLong cgroupId, Sent sent) {

  /** Where a packet's owner is learnt from. */
  public static final String QUEUE = "nfqueue";

  /** Refuses null. */
  public Owner {
    Objects.requireNonNull(userId, "userId");
    Objects.requireNonNull(groupId, "groupId");
    Objects.requireNonNull(cgroupId, "cgroupId");
    Objects.requireNonNull(sent, "sent");
  }

  /**
   * An owner whose socket's cgroup is not known, and that nobody says has sent.
   *
   * @param userId the opener's uid
   * @param groupId the opener's gid
   */
  public Owner(Fact<Long> userId, Fact<Long> groupId) {
    this(userId, groupId, OptionalLong.empty(), Sent.NOT);
  }

  /**
   * The same owner with the cgroup in which the socket was made.
   *
   * @param id the cgroup's id, 0 if not known
   * @return the owner
   */
  public Owner inCgroup(long id) {
    return id == 0 ? this : new Owner(userId, groupId, OptionalLong.of(id), sent);
  }

  /**
   * The owner as the kernel named it with the packet.
   *
   * @param packet the packet
   * @return known, or absent where the kernel named none
   */
  public static Owner of(PacketView packet) {
    return packet.hasOwner()
        ? new Owner(
            id(packet.ownerUserId()),
            id(packet.ownerGroupId()),
            OptionalLong.empty(),
            Sent.of(packet))
        : new Owner(
            new Fact.Absent<>("no program holds the socket"),
            new Fact.Absent<>("no program holds the socket"));
  }

  private static Fact<Long> id(long id) {
    return id == PacketView.UNKNOWN_ID
        ? new Fact.Unknown<>("a lookup does not tell it")
        : new Fact.Known<>(id, QUEUE);
  }

  /**
   * The owner of a socket that was looked up for a packet without one.
   *
   * @param userId the uid that owns the socket file
   * @param source where that was learnt
   * @return the uid known, the gid unknown
   */
  public static Owner ofSocket(long userId, String source) {
    return new Owner(
        new Fact.Known<>(userId, source), new Fact.Unknown<>("a lookup does not tell the group"));
  }

  /**
   * Somebody sent this, but it could not be found out who.
   *
   * @param reason why, for a person
   * @param source which source says so
   * @return the subject; uid and gid stay as known as they are
   */
  public Subject unknown(String reason, String source) {
    return Subject.without(
        SubjectKind.UNKNOWN,
        orUnknown(userId),
        orUnknown(groupId),
        new Fact.Unknown<>(reason),
        source);
  }

  /** Where the sender is not known, an owner the kernel did not name is not a fact. */
  private static Fact<Long> orUnknown(Fact<Long> fact) {
    return fact instanceof Fact.Absent ? new Fact.Unknown<>("the socket is closed") : fact;
  }

  /**
   * A search is needed.
   *
   * @param source which source says so
   * @return the subject
   */
  public Subject pending(String source) {
    return Subject.without(
        SubjectKind.PENDING,
        userId,
        groupId,
        new Fact.Pending<>("the process is searched"),
        source);
  }

  /**
   * No process at all is behind the packet.
   *
   * @param kind {@link SubjectKind#KERNEL}, {@link SubjectKind#NONE} or {@link SubjectKind#FORWARD}
   * @param reason why, for a person
   * @param source which source says so
   * @return the subject
   */
  public Subject without(SubjectKind kind, String reason, String source) {
    return Subject.without(kind, userId, groupId, new Fact.Absent<>(reason), source);
  }
}
