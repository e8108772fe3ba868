// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.attribution.process.AncestorReader;
import org.sallyport.attribution.process.Belonging;
import org.sallyport.attribution.process.ExecutableHasher;
import org.sallyport.kernel.bpf.ProbeSocket;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.proc.CgroupPaths;
import org.sallyport.kernel.proc.ProcFs;

/**
 * What it costs the packet thread to name the sender of a new flow, each from a socket of its own:
 * the kernel's own note about a socket, a real ring, records as the tap writes them. In turn with
 * as many processes as there are, and with 200 more that hold 200 files each. See
 * docs/benchmarks.md.
 */
final class LookupBench {

  private static final String HOLDER =
      "for (1..200) { open($f[$_], '<', '/dev/null') or die } $| = 1; print qq(x); <STDIN>";
  private static final int PROCESSES = 200;
  private static final int ROUNDS = 6;
  private static final int BATCHES = 100;
  private static final int BATCH = 500;

  private final PrintStream out =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  private final NativeBuffer note = NativeBuffer.allocate(Layout.WHO_VALUE_LENGTH);
  private final FakeTap tap = new FakeTap();
  private final Pairing pairing =
      new Pairing(
          tap.reader(),
          () -> 0,
          new DropWatch(() -> 0, System::nanoTime),
          new PairingCounters(),
          System::nanoTime);
  private long cookie;

  private LookupBench() throws Exception {}

  /** Prints a line for each round; the first two warm up. */
  public static void main(String[] arguments) throws Exception {
    new LookupBench().run();
  }

  private void run() throws Exception {
    ProcFs proc = new ProcFs(ProcFs.ROOT);
    try (KernelSide kernel = KernelSide.start();
        ProbeSocket socket = ProbeSocket.open(false);
        ExecTable execs =
            new ExecTable(kernel.execs(), proc.hostNamespace().orElseThrow(), () -> 0);
        ExecutableHasher hasher = new ExecutableHasher(proc, Path.of("/"), System::nanoTime)) {
      NativeBuffer key = NativeBuffer.allocate(Long.BYTES);
      key.bytes().putLong(0, socket.cookie());
      if (!kernel.maps().sockets().lookup(key, note)) {
        throw new IllegalStateException("the socket was not noted");
      }
      Senders senders =
          new Senders(
              pairing,
              new Running(execs, proc),
              new HandedOn(proc, (pid, timeNs) -> false, System::nanoTime));
      Facts facts =
          new Facts(
              proc, hasher, new CgroupPaths(proc), new AncestorReader(proc), new Belonging(proc));
      NextSource nobody = new NextSource(Optional::empty, System::nanoTime);
      BpfLookup lookup = new BpfLookup(senders, facts, new Proofs(kernel.maps(), true), nobody);
      pairing.standing(true);
      while (!pairing.isSettled()) {
        Thread.onSpinWait();
      }
      for (int round = 0; round < ROUNDS; round++) {
        List<Process> more = round % 2 == 0 ? List.of() : holders();
        report(more.size(), measure(lookup));
        more.forEach(Process::destroy);
      }
    }
  }

  private static List<Process> holders() throws Exception {
    List<Process> holders = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      holders.add(new ProcessBuilder("perl", "-e", HOLDER).start());
    }
    for (Process holder : holders) {
      if (holder.getInputStream().read() != 'x') {
        throw new IllegalStateException("a process could not open its files");
      }
    }
    return holders;
  }

  private long[] measure(BpfLookup lookup) throws Exception {
    long[] spentNs = new long[BATCHES * BATCH];
    for (int batch = 0; batch < BATCHES; batch++) {
      TestPacket[] packets = new TestPacket[BATCH];
      for (int i = 0; i < BATCH; i++) {
        packets[i] = TestPacket.udp("flow " + ++cookie);
        tap.pass(packets[i], cookie, note.bytes(), System.nanoTime());
      }
      for (int i = 0; i < BATCH; i++) {
        long begin = System.nanoTime();
        long socket = lookup.socketOf(packets[i]);
        SubjectKind kind = lookup.findNow(packets[i]).kind();
        spentNs[batch * BATCH + i] = System.nanoTime() - begin;
        if (kind != SubjectKind.PROCESS || socket == 0) {
          throw new IllegalStateException("a sender was not named: " + kind);
        }
      }
    }
    return spentNs;
  }

  private void report(int more, long[] spentNs) {
    Arrays.sort(spentNs);
    out.printf(
        "%3d more processes: p50 %.2f us, p90 %.2f, p99 %.2f, p99.9 %.2f%n",
        more, at(spentNs, 0.5), at(spentNs, 0.9), at(spentNs, 0.99), at(spentNs, 0.999));
  }

  private static double at(long[] sorted, double share) {
    return sorted[(int) (sorted.length * share)] / 1000.0;
  }
}
