// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.FileIdentity;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.attribution.bpf.internal.FakeTap.Someone;
import org.sallyport.attribution.process.Executables;
import org.sallyport.kernel.proc.ProcExecutable;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;
import org.sallyport.kernel.proc.ProcStat;

/** Whom the next source is believed about; who runs is this very process, or one that is gone. */
class HandedOnKernelTest {

  private static final long NS_PER_TICK = 10_000_000L;
  private static final Someone NOTED = new Someone(11, 100);
  private static final int GONE = 4_194_303;
  private static final String TEXT = "x";

  private final ProcFs proc = new ProcFs(ProcFs.ROOT);
  private final Set<Integer> executed = new HashSet<>();
  private final AtomicLong nowNs = new AtomicLong(Doubts.FOR_NS);
  private final FakeTap tap = new FakeTap();
  private final Pairing pairing =
      new Pairing(
          tap.reader(),
          () -> 0,
          new DropWatch(() -> 0, nowNs::get),
          new PairingCounters(),
          nowNs::get);
  private final HandedOn handedOn =
      new HandedOn(proc, (pid, timeNs) -> executed.contains(pid), nowNs::get);
  private final ProcessId self = self();

  HandedOnKernelTest() throws Exception {
    pairing.standing(true);
    nowNs.addAndGet(Doubts.FOR_NS);
  }

  @AfterEach
  void close() {
    pairing.close();
    tap.close();
  }

  private ProcessId self() {
    int pid = (int) ProcessHandle.current().pid();
    return new ProcessId(pid, done(proc.stat(pid), ProcStat.class).startTimeTicks());
  }

  private static <T> T done(ProcRead<T> read, Class<T> type) {
    assertThat(read).isInstanceOf(ProcRead.Done.class);
    return type.cast(((ProcRead.Done<T>) read).value());
  }

  private Executable ownFile() {
    return Executables.of(done(proc.executable(self.pid()), ProcExecutable.class));
  }

  private static Executable otherFile() {
    return new Executable("/usr/bin/other", new FileIdentity(1, 2, 3, 4, 5), true, false);
  }

  private static Subject named(ProcessId process, Executable file) {
    Fact<Object> unknown = new Fact.Unknown<>("not read");
    Subject rest =
        Subject.without(
            SubjectKind.PROCESS,
            new Fact.Known<>(0L, "test"),
            new Fact.Known<>(0L, "test"),
            unknown,
            "test");
    return new Subject(
        rest.kind(),
        rest.userId(),
        rest.groupId(),
        new Fact.Known<>(process, "test"),
        new Fact.Known<>(file, "test"),
        rest.sha256(),
        rest.capabilities(),
        rest.processName(),
        rest.commandLine(),
        rest.processUserId(),
        rest.cgroup(),
        rest.ancestors(),
        rest.source());
  }

  private static Fingerprint look(String text) {
    Fingerprint seen = new Fingerprint();
    assertThat(seen.take(TestPacket.udp(text))).isTrue();
    return seen;
  }

  /** A datagram of a socket that NOTED connected, sent by another. */
  private void sentBy(int pid, long startTicks) throws Exception {
    Someone sender = new Someone(NOTED.cookie(), pid, 1, startTicks * NS_PER_TICK + 5, 1000);
    tap.pass(TestPacket.udp(TEXT), NOTED, sender, nowNs.get());
    TapRecord found = new TapRecord();
    assertThat(pairing.take(look(TEXT), TestPacket.udp(TEXT), found)).isFalse();
    assertThat(found.isHandedOn()).isTrue();
    handedOn.note(found);
  }

  private boolean contradicts(ProcessId process, Executable file) {
    return handedOn.contradicts(look(TEXT), named(process, file));
  }

  @Test
  void shouldBelieveWhoNamesTheSender() throws Exception {
    sentBy(self.pid(), self.startTimeTicks());
    assertThat(contradicts(self, otherFile())).isFalse();
  }

  @Test
  void shouldNotBelieveWhoNamesAnotherProgram() throws Exception {
    sentBy(self.pid(), self.startTimeTicks());
    assertThat(contradicts(new ProcessId(100, 1), otherFile())).isTrue();
    assertThat(contradicts(new ProcessId(self.pid(), 1), otherFile())).isTrue();
  }

  @Test
  void shouldBelieveWhoNamesAnotherProcessOfTheSameProgram() throws Exception {
    sentBy(self.pid(), self.startTimeTicks());
    assertThat(contradicts(new ProcessId(100, 1), ownFile())).isFalse();
  }

  @Test
  void shouldNotBelieveAnythingAboutASenderThatIsGone() throws Exception {
    sentBy(GONE, 1);
    assertThat(contradicts(new ProcessId(100, 1), ownFile())).isTrue();
    sentBy(self.pid(), self.startTimeTicks() + 1);
    assertThat(contradicts(new ProcessId(100, 1), ownFile())).isTrue();
  }

  @Test
  void shouldBelieveNobodyWhereSeveralSentTheSame() throws Exception {
    sentBy(self.pid(), self.startTimeTicks());
    sentBy(GONE, 1);
    assertThat(contradicts(self, ownFile())).isTrue();
    assertThat(contradicts(new ProcessId(GONE, 1), ownFile())).isTrue();
  }

  @Test
  void shouldHaveNothingToSayOfOthers() throws Exception {
    sentBy(self.pid(), self.startTimeTicks());
    Subject other = named(new ProcessId(100, 1), otherFile());
    assertThat(handedOn.contradicts(look("y"), other)).isFalse();
    Subject unknown =
        Subject.without(
            SubjectKind.UNKNOWN,
            other.userId(),
            other.groupId(),
            new Fact.Unknown<>("gone"),
            "test");
    assertThat(handedOn.contradicts(look(TEXT), unknown)).isFalse();
    nowNs.addAndGet(Doubts.FOR_NS + 1);
    assertThat(handedOn.contradicts(look(TEXT), other)).isFalse();
  }

  @Test
  void shouldNotTakeAnOwnPacketForOneHandedOn() throws Exception {
    tap.pass(TestPacket.udp(TEXT), NOTED, nowNs.get());
    TapRecord found = new TapRecord();
    assertThat(pairing.take(look(TEXT), TestPacket.udp(TEXT), found)).isTrue();
    assertThat(found.isHandedOn()).isFalse();
  }

  @Test
  void shouldTellTheSocketOfEachSenderApart() throws Exception {
    assertThat(handedOn.socketOf(look(TEXT), 7)).as("nobody noted it").isEqualTo(7);
    sentBy(self.pid(), self.startTimeTicks());
    long own = handedOn.socketOf(look(TEXT), 7);
    assertThat(own).isNotIn(7L, 0L);
    nowNs.addAndGet(Doubts.FOR_NS + 1);
    sentBy(GONE, 1);
    assertThat(handedOn.socketOf(look(TEXT), 7)).isNotIn(7L, 0L, own);
    sentBy(self.pid(), self.startTimeTicks());
    assertThat(handedOn.socketOf(look(TEXT), 7)).as("either's").isZero();
  }

  @Test
  void shouldBelieveNobodyOnceANoteHadToGo() throws Exception {
    sentBy(GONE, 1);
    for (int i = 0; i < 1 << 12; i++) {
      TapRecord other = new TapRecord();
      other.blank(look("packet " + i), nowNs.get());
      handedOn.note(other);
    }
    assertThat(handedOn.socketOf(look(TEXT), 7)).isZero();
    assertThat(contradicts(self, ownFile())).isTrue();
    nowNs.addAndGet(Doubts.FOR_NS + 1);
    assertThat(contradicts(self, ownFile())).isFalse();
  }

  @Test
  void shouldBelieveNobodyAboutASenderThatRepeatsItselfWithoutEnd() throws Exception {
    Someone sender = new Someone(NOTED.cookie(), GONE);
    for (int i = 0; i <= 256; i++) {
      tap.pass(TestPacket.udp(TEXT), NOTED, sender, nowNs.get());
    }
    TapRecord found = new TapRecord();
    assertThat(pairing.take(look(TEXT), TestPacket.udp(TEXT), found)).isFalse();
    assertThat(pairing.mayBeHandedOn(look(TEXT))).isTrue();
    assertThat(pairing.mayBeHandedOn(look("another"))).isFalse();
    handedOn.noteUnknown(look(TEXT));
    assertThat(contradicts(self, ownFile())).isTrue();
  }

  @Test
  void shouldBelieveNobodyAboutAProcessThatBecameAnotherProgramSince() throws Exception {
    sentBy(self.pid(), self.startTimeTicks());
    assertThat(contradicts(self, ownFile())).isFalse();
    executed.add(self.pid());
    assertThat(contradicts(self, ownFile())).isTrue();
  }
}
