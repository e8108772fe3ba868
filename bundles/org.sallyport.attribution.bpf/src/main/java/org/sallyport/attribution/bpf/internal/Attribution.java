// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.attribution.process.AncestorReader;
import org.sallyport.attribution.process.Belonging;
import org.sallyport.attribution.process.ExecutableHasher;
import org.sallyport.kernel.bpf.ProbeSocket;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.nfqueue.NfqueueStats;
import org.sallyport.kernel.proc.CgroupPaths;
import org.sallyport.kernel.proc.ProcFs;

/** The source at work: its programs, what is read from them, and the thread that keeps house. */
final class Attribution implements Closeable {

  private static final long HOUSE_MS = 200;

  private final KernelSide kernel;
  private final ExecTable execs;
  private final Pairing pairing;
  private final Running running;
  private final Facts facts;
  private final Proofs proofs;
  private final HandedOn handedOn;
  private final BpfTap tap;
  private final PairingCounters counters = new PairingCounters();
  private final Thread house = new Thread(this::keepHouse, "sallyport-bpf");
  private final Object rest = new Object();
  private boolean closed;
  private volatile String stopped = "";

  /**
   * Loads everything and tries it.
   *
   * @throws IOException if the kernel lacks something, does not permit it, or tells nonsense
   */
  Attribution() throws IOException {
    ProcFs proc = new ProcFs(ProcFs.ROOT);
    kernel = KernelSide.start();
    try {
      long hostNamespace =
          proc.hostNamespace()
              .orElseThrow(() -> new IOException("the host's mount namespace has no number"));
      execs =
          new ExecTable(
              kernel.execs(), hostNamespace, () -> kernel.losses().get(Layout.LOST_EXECS));
      new SelfTest(kernel, execs, proc).run();
      proofs = new Proofs(kernel.maps(), kernel.proof().isPresent());
      proofs.voidAll(); // the kernel's epoch is ours from now on
      handedOn = new HandedOn(proc, executions(), System::nanoTime);
    } catch (IOException | RuntimeException e) {
      kernel.close();
      throw e;
    }
    LongSupplier clockNs = System::nanoTime;
    DropWatch drops = new DropWatch(() -> NfqueueStats.losses(NfqueueStats.PROC_FILE), clockNs);
    pairing =
        new Pairing(
            kernel.packets(),
            () -> kernel.losses().get(Layout.LOST_PACKETS),
            drops,
            counters,
            clockNs);
    running = new Running(execs, proc);
    facts =
        new Facts(
            proc,
            new ExecutableHasher(proc, Path.of("/"), clockNs),
            new CgroupPaths(proc),
            new AncestorReader(proc),
            new Belonging(proc));
    tap = new BpfTap(kernel, pairing, proofs);
    house.setDaemon(true);
    house.start();
  }

  /** Executions are told by the clock that counts the time asleep, packets by the other one. */
  private HandedOn.Executions executions() throws IOException {
    NativeBuffer cookie = NativeBuffer.allocate(Long.BYTES);
    NativeBuffer who = NativeBuffer.allocate(Layout.WHO_VALUE_LENGTH);
    try (ProbeSocket socket = ProbeSocket.open(false)) {
      cookie.bytes().putLong(0, socket.cookie());
      if (!kernel.maps().sockets().lookup(cookie, who)) {
        throw new IOException("a new socket was not noted");
      }
    }
    long asleepNs = who.bytes().getLong(Layout.WHO_WRITTEN) - System.nanoTime();
    DropWatch losses =
        new DropWatch(() -> kernel.losses().get(Layout.LOST_EXECS), System::nanoTime);
    return (pid, timeNs) -> {
      synchronized (losses) {
        return !losses.noneSince(timeNs) || execs.hasExecutedSince(pid, timeNs + asleepNs);
      }
    };
  }

  SubjectLookup open(Supplier<Optional<SubjectSource>> next) {
    Senders senders = new Senders(pairing, running, handedOn);
    return new BpfLookup(senders, facts, proofs, new NextSource(next, System::nanoTime));
  }

  BpfTap tap() {
    return tap;
  }

  PairingCounters counters() {
    return counters;
  }

  String figures() {
    return (pairing.nonePassedUnseen() ? "" : "what looks the same is not told apart, ")
        + counters
        + ", lost "
        + kernel.losses().get(Layout.LOST_PACKETS)
        + " records, "
        + kernel.losses().get(Layout.LOST_EXECS)
        + " executions, "
        + kernel.losses().get(Layout.LOST_SOCKETS)
        + " sockets"
        + readiness();
  }

  private String readiness() {
    if (!stopped.isEmpty()) {
      return stopped;
    }
    if (!tap.isInForce()) {
      return "; no rule leads to the tap";
    }
    return (pairing.isSettled() ? "" : "; the tap stands since a moment")
        + proofs.trouble()
        + kernel.olderTrouble();
  }

  private void keepHouse() {
    while (true) {
      synchronized (rest) {
        try {
          if (!closed) {
            TimeUnit.MILLISECONDS.timedWait(rest, HOUSE_MS);
          }
        } catch (InterruptedException e) {
          return; // nobody does that but a framework that ends
        }
        if (closed) {
          return;
        }
      }
      try {
        pairing.keepHouse();
        execs.drain();
      } catch (RuntimeException e) { // nothing would expire any more, so nothing is paired
        pairing.close();
        stopped = "; stopped: " + e;
        return;
      }
    }
  }

  /** Detaches the programs; a rule may still lead to the tap, which tells nobody then. */
  @Override
  public void close() {
    synchronized (rest) {
      closed = true;
      rest.notifyAll();
    }
    facts.hasher().close();
    pairing.close();
    execs.close();
    kernel.close();
  }
}
