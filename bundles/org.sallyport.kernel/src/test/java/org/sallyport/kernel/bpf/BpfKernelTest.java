// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sallyport.kernel.bpf.Register.R0;
import static org.sallyport.kernel.bpf.Register.R1;
import static org.sallyport.kernel.bpf.Register.R10;
import static org.sallyport.kernel.bpf.Register.R2;
import static org.sallyport.kernel.bpf.Register.R3;
import static org.sallyport.kernel.bpf.Register.R4;
import static org.sallyport.kernel.bpf.Register.R6;

import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sallyport.kernel.bpf.MapSpec.Kind;
import org.sallyport.kernel.bpf.ProgramSpec.Hook;
import org.sallyport.kernel.internal.OwnNamespace;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.proc.CgroupPaths;
import org.sallyport.kernel.proc.ProcFs;

/** The real kernel's view of what is assembled here; needs root. */
class BpfKernelTest {

  private static NativeBuffer number(long value) {
    NativeBuffer buffer = NativeBuffer.allocate(Long.BYTES);
    buffer.bytes().putLong(0, value);
    return buffer;
  }

  private static long number(NativeBuffer buffer) {
    return buffer.bytes().getLong(0);
  }

  /** Counts how often it runs, in the first entry of an array. */
  private static Code counting(BpfMap counters, int result) {
    return new Assembler()
        .store(Width.INT, R10, -4, 0)
        .moveMap(R1, counters)
        .address(R2, R10, -4)
        .call(Helper.MAP_LOOKUP_ELEM)
        .jumpIf(R0, Condition.EQUAL, 0, "end")
        .move(R1, 1)
        .addAtomic(R0, 0, R1)
        .label("end")
        .move(R0, result)
        .exit()
        .assemble();
  }

  private static BpfMap counters() throws BpfException {
    return BpfMap.create(new MapSpec("test_count", Kind.ARRAY, 4, 8, 1));
  }

  private static long count(BpfMap counters) throws BpfException {
    NativeBuffer key = NativeBuffer.allocate(Integer.BYTES);
    NativeBuffer value = number(-1);
    assertThat(counters.lookup(key, value)).isTrue();
    return number(value);
  }

  @Test
  void shouldKeepReadAndDeleteEntriesOfAMap() throws Exception {
    try (BpfMap map = BpfMap.create(new MapSpec("test_hash", Kind.HASH, 8, 8, 2))) {
      NativeBuffer value = number(0);
      assertThat(map.lookup(number(1), value)).isFalse();
      map.update(number(1), number(10));
      map.update(number(2), number(20));
      assertThat(map.lookup(number(2), value)).isTrue();
      assertThat(number(value)).isEqualTo(20);
      assertThatThrownBy(() -> map.update(number(3), number(30)))
          .isInstanceOfSatisfying(BpfException.class, e -> assertThat(e.errorNumber()).isEqualTo(7))
          .hasMessageContaining("test_hash");
      NativeBuffer next = number(0);
      assertThat(map.next(number(99), next)).isTrue();
      assertThat(map.delete(next)).isTrue();
      assertThat(map.delete(next)).isFalse();
    }
  }

  @Test
  void shouldSayWhatTheVerifierFound() {
    Code code = new Assembler().load(Width.LONG, R0, R1, 4096).exit().assemble();
    assertThatThrownBy(() -> BpfProgram.load(new ProgramSpec("test_bad", Hook.PACKET), code))
        .isInstanceOfSatisfying(
            BpfException.class, e -> assertThat(e.verifierLog()).contains("off=4096"))
        .hasMessageContaining("test_bad");
  }

  @Test
  void shouldHandOverRecordsInTheirOrderRoundAndRound() throws Exception {
    try (BpfMap ring = BpfMap.create(MapSpec.ring("test_ring", 1 << 16));
        RingReader reader = new RingReader(ring);
        BpfProgram program =
            BpfProgram.load(new ProgramSpec("test_out", Hook.PACKET), outputOfLength(ring))) {
      List<Long> taken = new ArrayList<>();
      long sent = 0;
      for (int round = 0; round < 40; round++) {
        for (int i = 0; i < 250; i++) {
          assertThat(program.test(packet(sent++))).isZero();
        }
        long written = reader.written();
        assertThat(reader.taken()).isLessThan(written);
        RingReader.End end =
            reader.drain(1000, (memory, at, length) -> taken.add(memory.getLong(at)));
        assertThat(end).isEqualTo(RingReader.End.EMPTY);
        assertThat(reader.taken()).isEqualTo(written);
      }
      assertThat(taken).hasSize(10_000);
      for (int i = 0; i < taken.size(); i++) {
        assertThat(taken.get(i)).isEqualTo(i);
      }
    }
  }

  @Test
  void shouldTellAProgramThatTheRingIsFullAndGoOnWhenItIsNot() throws Exception {
    try (BpfMap ring = BpfMap.create(MapSpec.ring("test_ring", 1 << 16));
        RingReader reader = new RingReader(ring);
        BpfProgram program =
            BpfProgram.load(new ProgramSpec("test_out", Hook.PACKET), outputOfLength(ring))) {
      int fitting = 0;
      while (program.test(packet(fitting)) == 0) {
        fitting++;
      }
      assertThat(fitting).isBetween(1500, 3000);
      int[] taken = new int[1];
      assertThat(reader.drain(1, (memory, at, length) -> taken[0]++))
          .isEqualTo(RingReader.End.ENOUGH);
      assertThat(program.test(packet(0))).isZero();
      assertThat(reader.drain(1 << 20, (memory, at, length) -> taken[0]++))
          .isEqualTo(RingReader.End.EMPTY);
      assertThat(taken[0]).isEqualTo(fitting + 1);
      assertThat(reader.isEmpty()).isTrue();
    }
  }

  /** The first 24 bytes of the packet go into the ring; the result says whether they did. */
  private static Code outputOfLength(BpfMap ring) {
    return new Assembler()
        .move(R6, R1)
        .move(R2, 0)
        .address(R3, R10, -24)
        .move(R4, 24)
        .call(Helper.SKB_LOAD_BYTES)
        .jumpIf(R0, Condition.NOT_EQUAL, 0, "end")
        .moveMap(R1, ring)
        .address(R2, R10, -24)
        .move(R3, 24)
        .move(R4, 1)
        .call(Helper.RINGBUF_OUTPUT)
        .label("end")
        .exit()
        .assemble();
  }

  private static byte[] packet(long value) {
    byte[] packet = new byte[64];
    packet[12] = 8; // IPv4
    ByteBuffer.wrap(packet).order(ByteOrder.nativeOrder()).putLong(14, value);
    return packet;
  }

  @Test
  void shouldRunForACgroupUntilTheLinkIsClosed() throws Exception {
    Path cgroup = new CgroupPaths(new ProcFs(ProcFs.ROOT)).mount().orElseThrow();
    try (BpfMap counters = counters();
        BpfProgram program =
            BpfProgram.load(
                new ProgramSpec("test_create", Hook.SOCKET_CREATE), counting(counters, 1))) {
      try (BpfLink link = BpfLink.toCgroup(program, cgroup)) {
        new DatagramSocket().close();
        assertThat(link).isNotNull();
        assertThat(count(counters)).isPositive();
      }
      long before = count(counters);
      new DatagramSocket().close();
      assertThat(count(counters)).as("after the link was closed").isEqualTo(before);
    }
  }

  @Test
  void shouldRunAtATracepoint() throws Exception {
    try (BpfMap counters = counters();
        BpfProgram program =
            BpfProgram.load(
                new ProgramSpec("test_exec", Hook.RAW_TRACEPOINT), counting(counters, 0));
        BpfLink link = BpfLink.toTracepoint(program, "sched_process_exec")) {
      assertThat(link).isNotNull();
      OwnNamespace.command("true");
      assertThat(count(counters)).isPositive();
      assertThatThrownBy(() -> BpfLink.toTracepoint(program, "no_such_point"))
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("no_such_point");
    }
  }

  @Test
  void shouldClearWhatIsPinnedForANamespaceThatIsGone() throws Exception {
    Path abandoned;
    try (BpfMap counters = counters();
        BpfProgram program =
            BpfProgram.load(
                new ProgramSpec(PinFolder.TAP_NAME, Hook.PACKET), counting(counters, 1))) {
      try (OwnNamespace namespace = new OwnNamespace()) {
        abandoned =
            namespace.run(
                () -> {
                  PinFolder own = PinFolder.ofNamespace();
                  cleared(own); // the number of an earlier namespace is used again
                  program.pin(own.make().resolve("tap"));
                  assertThat(own.make()).isEqualTo(own.path());
                  assertThat(own.pins())
                      .as("not while it is there")
                      .contains(own.path().resolve("tap"));
                  return own.path();
                });
      }
      try (OwnNamespace other = new OwnNamespace()) {
        Path own = other.run(() -> cleared(PinFolder.ofNamespace()).make());
        assertThat(abandoned.resolve("tap")).doesNotExist();
        Files.delete(own);
      }
    }
  }

  private static PinFolder cleared(PinFolder folder) throws Exception {
    assertThat(folder.clear(Set.of())).isNotNegative();
    return folder;
  }

  @Test
  void shouldBeFoundByBothVariantsOfIptablesAndClearedAwayAfterwards() throws Exception {
    try (OwnNamespace namespace = new OwnNamespace();
        BpfMap counters = counters();
        BpfProgram program =
            BpfProgram.load(
                new ProgramSpec(PinFolder.PROOF_NAME, Hook.PACKET), counting(counters, 1));
        BpfProgram other =
            BpfProgram.load(new ProgramSpec("test_match", Hook.PACKET), counting(counters, 1))) {
      namespace.run(
          () -> {
            PinFolder folder = PinFolder.ofNamespace();
            Path kept = folder.make().resolve("kept");
            Path old = folder.make().resolve("old");
            program.pin(kept);
            program.pin(old);
            assertThat(PinFolder.info(kept)).isEqualTo(program.info());
            for (String tool : List.of("iptables-nft", "iptables-legacy")) {
              OwnNamespace.command(
                  tool, "-A", "OUTPUT", "-m", "bpf", "--object-pinned", kept.toString());
            }
            OwnNamespace.command("ping", "-c", "1", "127.0.0.1");
            assertThat(count(counters)).as("once a packet and variant").isEqualTo(4);
            Path foreign = folder.make().resolve("foreign");
            other.pin(foreign);
            assertThat(folder.clear(Set.of(kept))).isEqualTo(1);
            assertThat(folder.pins()).containsExactlyInAnyOrder(kept, foreign);
            assertThat(folder.clear(Set.of())).isEqualTo(1);
            assertThat(folder.pins()).as("not ours").containsExactly(foreign);
            Files.delete(foreign);
            Files.delete(kept.getParent());
            return null;
          });
    }
  }
}
