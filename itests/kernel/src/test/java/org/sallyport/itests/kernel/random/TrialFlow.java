// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sallyport.itests.kernel.kit.Family;

/**
 * A flow to try.
 *
 * @param owner who opens the socket
 * @param program the executable, where the lab has more than one
 * @param kind what is sent
 * @param family the family of the peer's address
 * @param remote the peer's address
 * @param port the peer's port; 0 for {@link Kind#PING}
 */
public record TrialFlow(
    LabWorld.Owner owner,
    Optional<String> program,
    Kind kind,
    Family family,
    String remote,
    int port) {

  /** What a program of the lab can send. */
  public enum Kind {
    /** A connection. */
    TCP,
    /** A datagram. */
    UDP,
    /** An echo request; only root may send one. */
    PING
  }

  /** The protocol as rules write it. */
  public String protocol() {
    return kind == Kind.PING
        ? family == Family.V4 ? "icmp" : "icmpv6"
        : kind.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The flow as {@code fw:explain} reads it, with every fact that rules may ask of it.
   *
   * @param iface the interface it leaves by
   */
  public List<String> explainWords(String iface) {
    String peer = family == Family.V4 ? remote : "[" + remote + "]";
    List<String> words = new ArrayList<>();
    words.add("out");
    words.add(protocol());
    words.add(kind == Kind.PING ? remote : peer + ":" + port);
    words.add("iface=" + iface);
    words.add("local.ip=" + family.host());
    words.add("user=" + owner.user());
    words.add("group=" + owner.group());
    program.ifPresent(path -> words.add("process.exe=" + path));
    if (kind == Kind.PING) {
      words.add("icmp.type=echo-request");
    }
    return words;
  }
}
