// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;

/**
 * The subject of a packet while the source of subjects is being replaced: everything is pending.
 */
final class AwaySubject {

  private static final Fact<String> PENDING =
      new Fact.Pending<>("the source of subjects is being replaced");

  private AwaySubject() {}

  /** Makes the subject; what the kernel says of the socket's opener is known all the same. */
  static Subject of(PacketView packet) {
    return Subject.without(
        SubjectKind.PENDING,
        packet.hasOwner()
            ? new Fact.Known<>(packet.ownerUserId(), "NFQA_UID")
            : new Fact.Pending<>("the source of subjects is being replaced"),
        packet.hasOwner()
            ? new Fact.Known<>(packet.ownerGroupId(), "NFQA_GID")
            : new Fact.Pending<>("the source of subjects is being replaced"),
        PENDING,
        "none");
  }
}
