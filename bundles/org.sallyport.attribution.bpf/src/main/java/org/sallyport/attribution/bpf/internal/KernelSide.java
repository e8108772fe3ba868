// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.sallyport.attribution.bpf.internal.Emitter.Reading;
import org.sallyport.kernel.bpf.BpfIterator;
import org.sallyport.kernel.bpf.BpfLink;
import org.sallyport.kernel.bpf.BpfProgram;
import org.sallyport.kernel.bpf.Btf;
import org.sallyport.kernel.bpf.Code;
import org.sallyport.kernel.bpf.MappedCounters;
import org.sallyport.kernel.bpf.PinFolder;
import org.sallyport.kernel.bpf.ProbeSocket;
import org.sallyport.kernel.bpf.ProgramSpec;
import org.sallyport.kernel.bpf.ProgramSpec.Hook;
import org.sallyport.kernel.bpf.RingReader;
import org.sallyport.kernel.diag.PortSockets;
import org.sallyport.kernel.proc.CgroupPaths;
import org.sallyport.kernel.proc.ProcFs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that runs in the kernel for this source, loaded and attached. Everything but the pinned tap
 * ends with this object, or with the process.
 */
final class KernelSide implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(KernelSide.class);

  private static final int UDP = 17;
  private static final int ALL_PORTS = 0;

  private static final String OLDER = "; older sockets are left to the next source: ";

  /** A quarter of all. */
  private static final int SHARE_OF_ONE_USER = 65_536;

  private final Deque<Closeable> parts = new ArrayDeque<>();
  private final Maps maps;
  private final RingReader packets;
  private final RingReader execs;
  private final MappedCounters losses;
  private final BpfProgram tap;
  private final Optional<BpfProgram> proof;
  private final String olderTrouble;

  private KernelSide(int share, Reading reading) throws IOException {
    try {
      maps = own(Maps.create());
      packets = own(new RingReader(maps.packets()));
      execs = own(new RingReader(maps.execs()));
      losses = own(new MappedCounters(maps.losses()));
      Btf types = Btf.ofKernel();
      Offsets offsets = new Offsets(types);
      tap =
          own(
              BpfProgram.load(
                  new ProgramSpec(PinFolder.TAP_NAME, Hook.PACKET),
                  new TapProgram(offsets, maps, reading).build()));
      proof = loadProof(offsets, reading);
      attachExec(offsets);
      long namespace = namespace();
      attachSockets(new SocketPrograms(offsets, maps, reading, namespace, share));
      OlderSockets older = new OlderSockets(types, offsets, maps);
      olderTrouble = noteOlderSockets(types, older, namespace, share);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Loads and attaches everything for the calling thread's network namespace; takes some 300 ms.
   *
   * @throws IOException if the kernel lacks something, or does not permit it
   */
  static KernelSide start() throws IOException {
    return start(SHARE_OF_ONE_USER);
  }

  /** The same with another number of sockets that are noted of one user. */
  static KernelSide start(int share) throws IOException {
    try {
      return start(share, Reading.TYPED);
    } catch (IOException e) {
      LOG.debug("the programs are tried as older kernels know them", e);
      return start(share, Reading.PROBED);
    }
  }

  /** The same, reading the kernel's structures in one way only. */
  static KernelSide start(int share, Reading reading) throws IOException {
    return new KernelSide(share, reading);
  }

  private static long namespace() throws IOException {
    try (ProbeSocket socket = ProbeSocket.open(false)) {
      return socket.namespaceCookie();
    }
  }

  /** A help that can be left out: without it every datagram is judged. */
  private Optional<BpfProgram> loadProof(Offsets offsets, Reading reading) throws IOException {
    try {
      ProgramSpec spec = new ProgramSpec(PinFolder.PROOF_NAME, Hook.PACKET);
      return Optional.of(
          own(BpfProgram.load(spec, new ProofProgram(offsets, maps, reading).build())));
    } catch (IOException e) {
      if (reading == Reading.TYPED) {
        throw e; // there is another way
      }
      LOG.warn("datagrams are judged one by one: a program could not be loaded", e);
      return Optional.empty();
    }
  }

  private void attachExec(Offsets offsets) throws IOException {
    ProgramSpec spec = new ProgramSpec("sp_exec", Hook.RAW_TRACEPOINT);
    BpfProgram program = own(BpfProgram.load(spec, new ExecProgram(offsets, maps).build()));
    own(BpfLink.toTracepoint(program, "sched_process_exec"));
  }

  private void attachSockets(SocketPrograms programs) throws IOException {
    Path cgroup =
        new CgroupPaths(new ProcFs(ProcFs.ROOT))
            .mount()
            .orElseThrow(() -> new IOException("no cgroup2 file system is mounted"));
    Code use = programs.use();
    attach("sp_connect4", Hook.CONNECT_4, use, cgroup);
    attach("sp_connect6", Hook.CONNECT_6, use, cgroup);
    attach("sp_send4", Hook.SEND_4, use, cgroup);
    attach("sp_send6", Hook.SEND_6, use, cgroup);
    attach("sp_create", Hook.SOCKET_CREATE, programs.create(), cgroup);
    attach("sp_release", Hook.SOCKET_RELEASE, programs.release(), cgroup);
  }

  /**
   * Another help: what is not noted is left to the next source.
   *
   * @return what went wrong, for people; nothing if nothing did
   */
  private static String noteOlderSockets(
      Btf types, OlderSockets program, long namespace, int share) {
    try (PortSockets sockets = new PortSockets()) {
      // Listed, each gets the cookie by which it is noted; those of other protocols have to wait
      // until something else asks for theirs.
      int listed = sockets.list(UDP, ALL_PORTS, true);
      int function = types.function("bpf_iter_task_file");
      ProgramSpec spec = new ProgramSpec("sp_older", Hook.ITERATOR, function);
      try (BpfProgram loaded = BpfProgram.load(spec, program.build(namespace, share))) {
        BpfIterator.run(loaded);
      }
      return listed < 0 ? OLDER + "listing them ended with errno " + -listed : "";
    } catch (IOException | RuntimeException e) {
      LOG.info("who holds the sockets that are there already was not noted", e);
      return OLDER + e.getMessage();
    }
  }

  private void attach(String name, Hook hook, Code code, Path cgroup) throws IOException {
    BpfProgram program = own(BpfProgram.load(new ProgramSpec(name, hook), code));
    own(BpfLink.toCgroup(program, cgroup));
  }

  private <T extends Closeable> T own(T part) {
    parts.push(part);
    return part;
  }

  Maps maps() {
    return maps;
  }

  RingReader packets() {
    return packets;
  }

  RingReader execs() {
    return execs;
  }

  MappedCounters losses() {
    return losses;
  }

  BpfProgram tap() {
    return tap;
  }

  Optional<BpfProgram> proof() {
    return proof;
  }

  /** What kept older sockets from being noted, for people; nothing if nothing did. */
  String olderTrouble() {
    return olderTrouble;
  }

  /** Detaches everything, last first; nobody may read the rings any more. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (IOException e) {
        throw new IllegalStateException("closing a descriptor cannot fail", e);
      }
    }
  }
}
