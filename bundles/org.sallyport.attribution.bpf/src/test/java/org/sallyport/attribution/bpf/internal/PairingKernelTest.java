// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sallyport.attribution.bpf.internal.FakeTap.Someone;

/** Pairs what a test writes into a real ring; time and losses are the test's. */
class PairingKernelTest {

  private static final Someone ALLOWED = new Someone(11, 100);
  private static final Someone DENIED = new Someone(22, 200);
  private static final int SYN = 2;
  private static final int ACK = 0x10;

  private final AtomicLong lostRecords = new AtomicLong();
  private final AtomicLong lostPackets = new AtomicLong();
  private final AtomicLong nowNs = new AtomicLong(1_000_000);
  private final PairingCounters counters = new PairingCounters();
  private final FakeTap tap = new FakeTap();
  private final Pairing pairing =
      new Pairing(
          tap.reader(),
          lostRecords::get,
          new DropWatch(lostPackets::get, nowNs::get),
          counters,
          nowNs::get);
  private final TapRecord found = new TapRecord();

  PairingKernelTest() throws Exception {
    pairing.standing(true);
    nowNs.addAndGet(Doubts.FOR_NS); // whatever was queued before the tap stood is gone
  }

  @AfterEach
  void close() {
    pairing.close();
    tap.close();
  }

  /** The pid of the packet's sender; 0 if it is not certain. */
  private int sender(TestPacket packet) {
    Fingerprint seen = new Fingerprint();
    assertThat(seen.take(packet)).isTrue();
    boolean certain =
        packet.isFirstLook() ? pairing.take(seen, packet, found) : pairing.recall(seen, found);
    return certain ? found.who().getInt(Layout.WHO_PROCESS) : 0;
  }

  private void pass(TestPacket packet, Someone sender) throws Exception {
    tap.pass(packet, sender, nowNs.get());
  }

  @Test
  void shouldTellPacketsOfOneTupleApartByTheirBytes() throws Exception {
    pass(TestPacket.udp("from allowed"), ALLOWED);
    pass(TestPacket.udp("from denied!"), DENIED);
    assertThat(sender(TestPacket.udp("from denied!").summed())).isEqualTo(200);
    assertThat(sender(TestPacket.udp("from allowed").summed())).isEqualTo(100);
    assertThat(sender(TestPacket.udp("from allowed"))).as("each record once").isZero();
  }

  @Test
  void shouldKeepTheOrderOfSocketsThatFollowedEachOther() throws Exception {
    for (int i = 0; i < 100; i++) {
      pass(TestPacket.udp("x"), ALLOWED);
      tap.close(ALLOWED);
      pass(TestPacket.udp("x"), DENIED);
      tap.close(DENIED);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(sender(TestPacket.udp("x"))).isEqualTo(100);
      assertThat(sender(TestPacket.udp("x"))).isEqualTo(200);
    }
  }

  @Test
  void shouldBelieveNoOrderOfSocketsThatWereOpenTogether() throws Exception {
    pass(TestPacket.udp("x"), ALLOWED);
    pass(TestPacket.udp("x"), DENIED);
    assertThat(sender(TestPacket.udp("x"))).isZero();
    assertThat(sender(TestPacket.udp("x"))).isZero();
    assertThat(counters.get(PairingCounters.Kind.AMBIGUOUS)).isEqualTo(1);
    pass(TestPacket.udp("x"), ALLOWED);
    assertThat(sender(TestPacket.udp("x"))).as("one may still be under way").isZero();
    nowNs.addAndGet(Doubts.FOR_NS + 1);
    pass(TestPacket.udp("x"), ALLOWED);
    assertThat(sender(TestPacket.udp("x"))).isEqualTo(100);
  }

  @Test
  void shouldNotGrantByTheRecordOfAPacketThatTheQueueLost() throws Exception {
    pass(TestPacket.udp("x"), ALLOWED);
    tap.close(ALLOWED);
    lostPackets.incrementAndGet();
    nowNs.addAndGet(1000);
    pass(TestPacket.udp("x"), DENIED);
    assertThat(sender(TestPacket.udp("x"))).isZero();
  }

  @Test
  void shouldPairOneSendersPacketsWhateverTheQueueLost() throws Exception {
    pass(TestPacket.udp("x"), ALLOWED);
    lostPackets.incrementAndGet();
    pass(TestPacket.udp("x"), ALLOWED);
    assertThat(sender(TestPacket.udp("x"))).isEqualTo(100);
  }

  @Test
  void shouldPairNothingForAWhileOnceARecordWasLost() throws Exception {
    lostRecords.incrementAndGet(); // of a packet of DENIED, that looks the same
    pass(TestPacket.udp("x"), ALLOWED);
    assertThat(sender(TestPacket.udp("x"))).isZero();
    nowNs.addAndGet(Doubts.FOR_NS + 1);
    pass(TestPacket.udp("x"), ALLOWED);
    assertThat(sender(TestPacket.udp("x"))).isEqualTo(100);
  }

  @Test
  void shouldForgetRecordsWhosePacketNeverCame() throws Exception {
    pass(TestPacket.udp("x"), ALLOWED);
    pairing.keepHouse();
    nowNs.addAndGet(Doubts.FOR_NS + 1);
    pairing.keepHouse();
    assertThat(counters.get(PairingCounters.Kind.EXPIRED)).isEqualTo(1);
    pass(TestPacket.udp("x"), DENIED);
    assertThat(sender(TestPacket.udp("x"))).as("the late packet would take it").isZero();
  }

  @Test
  void shouldFindAPacketAgainThatWaits() throws Exception {
    pass(TestPacket.udp("x"), ALLOWED);
    assertThat(sender(TestPacket.udp("x"))).isEqualTo(100);
    TestPacket waiting = TestPacket.udp("x").again().withoutOwner();
    assertThat(sender(waiting)).as("its program closed the socket meanwhile").isEqualTo(100);
    assertThat(found.ownerUser()).isEqualTo(1000);
    tap.close(ALLOWED);
    pass(TestPacket.udp("x"), DENIED);
    assertThat(sender(TestPacket.udp("x"))).isEqualTo(200);
    assertThat(sender(waiting)).as("it may be either's").isZero();
  }

  @Test
  void shouldNotRecallForAWaitingPacketTheRecordOfALaterOne() throws Exception {
    assertThat(sender(TestPacket.udp("x"))).as("of whom no record is there").isZero();
    pass(TestPacket.udp("x"), ALLOWED);
    assertThat(sender(TestPacket.udp("x"))).isEqualTo(100);
    assertThat(sender(TestPacket.udp("x").again())).as("the first, or the second?").isZero();
  }

  @Test
  void shouldPairNothingThatMayHaveBeenQueuedBeforeTheTapStood() throws Exception {
    pairing.standing(false);
    pass(TestPacket.udp("x"), ALLOWED);
    assertThat(sender(TestPacket.udp("x"))).isZero();
    pairing.standing(true);
    assertThat(pairing.isSettled()).isFalse();
    pass(TestPacket.udp("x"), ALLOWED);
    assertThat(sender(TestPacket.udp("x"))).isZero();
    nowNs.addAndGet(1_000_000_000L);
    pairing.standing(true);
    assertThat(pairing.isSettled()).as("it stands as before").isTrue();
    pass(TestPacket.udp("y"), ALLOWED);
    assertThat(sender(TestPacket.udp("y"))).isEqualTo(100);
    assertThat(sender(TestPacket.udp("y").again())).as("parked before it stood?").isZero();
  }

  @Test
  void shouldNameNobodyWhereRecordAndPacketDoNotAgree() throws Exception {
    tap.pass(TestPacket.udp("x"), ALLOWED, DENIED);
    assertThat(sender(TestPacket.udp("x"))).as("another process runs than was noted").isZero();
    tap.pass(TestPacket.udp("x"), ALLOWED, ALLOWED.afterExec());
    assertThat(sender(TestPacket.udp("x"))).as("it became another program by exec").isZero();
    tap.pass(TestPacket.udp("x"), ALLOWED, ALLOWED.asUser(1001));
    assertThat(sender(TestPacket.udp("x"))).as("it became another user").isZero();
    tap.pass(TestPacket.udp("x"), ALLOWED, ALLOWED.bornLater());
    assertThat(sender(TestPacket.udp("x"))).as("a later one of the same number").isZero();
    pass(TestPacket.udp("x"), ALLOWED);
    assertThat(sender(TestPacket.udp("x").withoutOwner())).as("the kernel's own").isZero();
    pass(TestPacket.udp("x"), new Someone(5, 0));
    assertThat(sender(TestPacket.udp("x"))).as("no process was noted").isZero();
    assertThat(counters.get(PairingCounters.Kind.DISAGREED)).isEqualTo(6);
  }

  @Test
  void shouldNameWhoOpenedAConnectionWhoeverRunsWhenItIsTriedAgain() throws Exception {
    tap.pass(TestPacket.tcp(SYN, 7), ALLOWED, DENIED);
    assertThat(sender(TestPacket.tcp(SYN, 7).summed())).isEqualTo(100);
    Fingerprint answer = new Fingerprint();
    assertThat(answer.take(TestPacket.tcp(SYN | ACK, 7))).isTrue();
    assertThat(answer.opensTcp()).isFalse();
  }

  @Test
  void shouldTellSendersByOneSocketApart() throws Exception {
    pass(TestPacket.udp("parent"), ALLOWED);
    assertThat(sender(TestPacket.udp("parent"))).isEqualTo(100);
    long parent = found.socket();
    pass(TestPacket.udp("child"), new Someone(11, 101));
    assertThat(sender(TestPacket.udp("child"))).isEqualTo(101);
    assertThat(found.socket()).isNotEqualTo(parent).isNegative();
    for (Someone later : List.of(ALLOWED.afterExec(), ALLOWED.asUser(0), ALLOWED.bornLater())) {
      pass(TestPacket.udp("later " + later), later);
      assertThat(sender(TestPacket.udp("later " + later))).isEqualTo(100);
      assertThat(found.socket()).as("a decision is kept by it").isNotEqualTo(parent);
    }
  }

  @Test
  void shouldDoubtASenderThatRepeatsItselfWithoutEnd() throws Exception {
    for (int i = 0; i <= 256; i++) {
      pass(TestPacket.udp("x"), ALLOWED);
    }
    assertThat(sender(TestPacket.udp("x"))).isZero();
    assertThat(counters.get(PairingCounters.Kind.EVICTED)).isEqualTo(1);
    pass(TestPacket.udp("y"), ALLOWED);
    assertThat(sender(TestPacket.udp("y"))).as("others do not suffer").isEqualTo(100);
  }

  @Test
  void shouldBelieveNoOrderWhilePacketsMayPassUnseen() throws Exception {
    pairing.passing(true);
    pass(TestPacket.udp("x"), ALLOWED); // let go by a full queue
    tap.close(ALLOWED);
    pass(TestPacket.udp("x"), DENIED);
    assertThat(sender(TestPacket.udp("x"))).isZero();
    pass(TestPacket.udp("y"), ALLOWED);
    assertThat(sender(TestPacket.udp("y"))).as("nobody else sent that").isEqualTo(100);
    pass(TestPacket.udp("z"), ALLOWED); // let go as well
    tap.close(ALLOWED);
    pairing.passing(false);
    nowNs.addAndGet(Doubts.FOR_NS - 1000);
    pass(TestPacket.udp("z"), DENIED);
    assertThat(sender(TestPacket.udp("z"))).isZero();
    nowNs.addAndGet(Doubts.FOR_NS + 1000);
    pass(TestPacket.udp("z"), ALLOWED);
    tap.close(ALLOWED);
    pass(TestPacket.udp("z"), DENIED);
    assertThat(sender(TestPacket.udp("z"))).isEqualTo(100);
    assertThat(sender(TestPacket.udp("z"))).isEqualTo(200);
  }

  @Test
  void shouldRecallNothingThatMayHaveTakenAForgottenOnesPlace() throws Exception {
    pass(TestPacket.udp("x"), ALLOWED);
    assertThat(sender(TestPacket.udp("x"))).isEqualTo(100);
    for (int i = 0; i < 1 << 14; i++) {
      pass(TestPacket.udp("packet " + i), ALLOWED);
      assertThat(sender(TestPacket.udp("packet " + i))).isEqualTo(100);
    }
    assertThat(sender(TestPacket.udp("x").again())).as("forgotten").isZero();
    pass(TestPacket.udp("x"), DENIED);
    assertThat(sender(TestPacket.udp("x"))).isEqualTo(200);
    assertThat(sender(TestPacket.udp("x").again())).as("the first, or the second?").isZero();
  }

  @Test
  void shouldStayBoundedAndDoubtWhatItHadToForget() throws Exception {
    for (int i = 0; i < (1 << 15) + 1; i++) {
      pass(TestPacket.udp("packet " + i), ALLOWED);
      if (i % 500 == 0) {
        pairing.keepHouse();
      }
    }
    assertThat(sender(TestPacket.udp("packet 0"))).isZero();
    assertThat(counters.get(PairingCounters.Kind.EVICTED)).isEqualTo(1);
    pass(TestPacket.udp("packet 0"), DENIED);
    assertThat(sender(TestPacket.udp("packet 0"))).isZero();
    assertThat(sender(TestPacket.udp("packet 32768"))).isEqualTo(100);
  }
}
