// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.codec.netlink.NetlinkMessages;

class SubjectFinderTest {

  private static final Subject KERNEL =
      Subject.without(
          SubjectKind.KERNEL,
          new Fact.Absent<>("no program"),
          new Fact.Absent<>("no program"),
          new Fact.Absent<>("made by the kernel"),
          "test");

  private final QueuedPacket packet =
      new QueuedPacket(
          new InterfaceNames(SystemInterfaces::nameOf), new MarkLayout(MarkLayout.DEFAULT_MASK));
  private final SubjectFinder finder =
      new SubjectFinder(
          () -> Optional.of(new KernelOnly()), Duration.ofSeconds(5), new DistinctErrors(), 0);

  @Test
  void shouldNotTakeAPacketWhoseSocketWasClosedWhileItWaitedForTheKernels() {
    byte[] message = Frames.queued(1, Frames.ping());
    NetlinkMessages messages = new NetlinkMessages();
    messages.wrap(ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()), 0, message.length);
    assertThat(messages.next()).isTrue();
    assertThat(packet.read(messages)).isEqualTo(PacketFault.NONE);
    finder.refresh(0);

    assertThat(finder.findAtEntrance(packet).kind()).isEqualTo(SubjectKind.KERNEL);
    assertThat(finder.findNow(packet).kind()).isEqualTo(SubjectKind.UNKNOWN);
    assertThat(finder.find(packet, 0).kind()).isEqualTo(SubjectKind.UNKNOWN);
  }

  private record KernelOnly() implements SubjectSource, SubjectLookup {
    @Override
    public String name() {
      return "kernel only";
    }

    @Override
    public SubjectLookup open() {
      return this;
    }

    @Override
    public long socketOf(PacketView packet) {
      return NO_SOCKET;
    }

    @Override
    public SubjectView findNow(PacketView packet) {
      return KERNEL;
    }

    @Override
    public Subject find(PacketView packet, long deadlineNs) {
      return KERNEL;
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
