// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.api.subject.SubjectView;
import org.sallyport.attribution.process.Owner;

class NextSourceTest {

  private static final TestPacket PACKET = TestPacket.udp("x");

  private final List<String> calls = new ArrayList<>();
  private final AtomicReference<Optional<SubjectSource>> best =
      new AtomicReference<>(Optional.empty());
  private final AtomicLong nowNs = new AtomicLong();
  private final NextSource next = new NextSource(best::get, nowNs::get);

  private final class Source implements SubjectSource, SubjectLookup {

    private final String name;
    private boolean broken;

    Source(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public SubjectLookup open() throws IOException {
      calls.add("open " + name);
      if (broken) {
        throw new IOException("no");
      }
      return this;
    }

    @Override
    public long socketOf(PacketView packet) {
      return 7;
    }

    @Override
    public SubjectView findNow(PacketView packet) {
      return Owner.of(packet).unknown("asked", name);
    }

    @Override
    public SubjectView find(PacketView packet, long deadlineNs) {
      return findNow(packet);
    }

    @Override
    public void close() {
      calls.add("close " + name);
    }
  }

  @Test
  void shouldWaitForASourceThatIsBeingReplacedButNotForEver() {
    assertThat(next.socketOf(PACKET)).isEqualTo(SubjectLookup.NO_SOCKET);
    assertThat(next.findNow(PACKET).kind()).isEqualTo(SubjectKind.PENDING);
    assertThat(next.find(PACKET, System.nanoTime()).kind()).isEqualTo(SubjectKind.UNKNOWN);
    Thread coming = new Thread(() -> best.set(Optional.of(new Source("late"))));
    coming.start();
    SubjectView found = next.find(PACKET, System.nanoTime() + 20_000_000_000L);
    assertThat(found.source()).isEqualTo("late");
  }

  @Test
  void shouldFollowAChangeAndCloseWhatItLeaves() {
    best.set(Optional.of(new Source("one")));
    assertThat(next.socketOf(PACKET)).isEqualTo(7);
    assertThat(next.findNow(PACKET).source()).isEqualTo("one");
    best.set(Optional.of(new Source("two")));
    assertThat(next.findNow(PACKET).source()).isEqualTo("two");
    next.close();
    assertThat(calls).containsExactly("open one", "close one", "open two", "close two");
  }

  @Test
  void shouldNotTryASourceThatFailsForEachPacket() {
    Source broken = new Source("broken");
    broken.broken = true;
    best.set(Optional.of(broken));
    for (int i = 0; i < 100; i++) {
      assertThat(next.findNow(PACKET).kind()).isEqualTo(SubjectKind.PENDING);
    }
    assertThat(calls).containsExactly("open broken");
    nowNs.addAndGet(1_000_000_001L);
    broken.broken = false;
    assertThat(next.findNow(PACKET).kind()).isEqualTo(SubjectKind.UNKNOWN);
    assertThat(calls).containsExactly("open broken", "open broken");
  }
}
