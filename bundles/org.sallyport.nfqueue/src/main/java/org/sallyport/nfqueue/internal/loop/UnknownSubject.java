// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

/** The subject of a packet whose sender nobody could name; the kernel still may name the user. */
final class UnknownSubject {

  private UnknownSubject() {}

  /**
   * Makes the subject.
   *
   * @param packet what the kernel says of the socket's opener stays known
   * @param reason why the program is not known, for a person
   */
  static Subject of(PacketView packet, String reason) {
    return Subject.without(
        SubjectKind.UNKNOWN,
        packet.hasOwner() ? known(packet.ownerUserId(), "NFQA_UID") : new Fact.Unknown<>(reason),
        packet.hasOwner() ? known(packet.ownerGroupId(), "NFQA_GID") : new Fact.Unknown<>(reason),
        new Fact.Unknown<>(reason),
        "none");
  }

  private static Fact<Long> known(long id, String source) {
    return new Fact.Known<>(id, source);
  }
}
