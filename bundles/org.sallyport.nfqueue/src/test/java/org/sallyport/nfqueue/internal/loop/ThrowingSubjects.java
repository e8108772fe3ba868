// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.api.subject.SubjectView;

/** A source that breaks its promise never to throw, for packets to one port. */
record ThrowingSubjects(int port) implements SubjectSource {

  @Override
  public String name() {
    return "throwing";
  }

  @Override
  public SubjectLookup open() {
    return new SubjectLookup() {
      @Override
      public long socketOf(PacketView packet) {
        return NO_SOCKET;
      }

      @Override
      public SubjectView findNow(PacketView packet) {
        if (packet.remotePort() == port) {
          throw new IllegalStateException("as if by accident");
        }
        return GatedSubjects.PROGRAM;
      }

      @Override
      public Subject find(PacketView packet, long deadlineNs) {
        throw new IllegalStateException("as if by accident");
      }

      @Override
      public void close() {}
    };
  }
}
