// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.kernel.bpf.ProbeSocket;
import org.sallyport.kernel.bpf.RingReader;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.proc.ProcFs;
import org.sallyport.kernel.proc.ProcRead;
import org.sallyport.kernel.proc.ProcStat;

/**
 * Holds what the programs tell against what this process knows of itself: that the kernel's
 * structures were understood, that processes are numbered here as the kernel numbers them, and that
 * the rings can be read. What does not agree keeps the source from being offered.
 */
final class SelfTest {

  private static final int UDP = 17;
  private static final int ETHERNET_HEADER = 14;
  private static final int PACKET_BYTES = 120;
  private static final int PATIENCE_S = 10;
  private static final int SEVERAL = 1 << 16;

  private final KernelSide kernel;
  private final ExecTable execs;
  private final ProcFs proc;
  private final int pid = (int) ProcessHandle.current().pid();

  SelfTest(KernelSide kernel, ExecTable execs, ProcFs proc) {
    this.kernel = kernel;
    this.execs = execs;
    this.proc = proc;
  }

  /** Returns if all agrees; throws with the first thing that does not. */
  void run() throws IOException {
    trySocket(false);
    if (Files.exists(Path.of("/proc/net/if_inet6"))) {
      trySocket(true);
    }
    tryExecution();
    tryTap();
  }

  private void trySocket(boolean v6) throws IOException {
    NativeBuffer key = NativeBuffer.allocate(Long.BYTES);
    NativeBuffer value = NativeBuffer.allocate(Layout.WHO_VALUE_LENGTH);
    try (ProbeSocket socket = ProbeSocket.open(v6)) {
      key.bytes().putLong(0, socket.cookie());
      demand(kernel.maps().sockets().lookup(key, value), "a new socket was not noted");
      requireMyself(value.bytes());
      socket.touch();
      demand(kernel.maps().sockets().lookup(key, value), "a socket was forgotten by connecting");
      requireMyself(value.bytes());
    }
    demand(!kernel.maps().sockets().lookup(key, value), "a closed socket was not forgotten");
  }

  private void requireMyself(ByteBuffer who) throws IOException {
    ProcRead<ProcStat> stat = proc.stat(pid);
    Path file = Path.of("/proc/self/exe");
    boolean same =
        stat instanceof ProcRead.Done<ProcStat> me
            && Sender.process(who).equals(new ProcessId(pid, me.value().startTimeTicks()))
            && who.getInt(Layout.WHO_PARENT) == me.value().parentPid()
            && who.getInt(Layout.WHO_PROTOCOL) == UDP
            && who.getLong(Layout.WHO_INODE) == (long) Files.getAttribute(file, "unix:ino");
    demand(same, "the kernel names another process than this one (a pid namespace?)");
  }

  private void tryExecution() throws IOException {
    Optional<Path> program =
        Stream.of("/bin/true", "/usr/bin/true").map(Path::of).filter(Files::exists).findFirst();
    if (program.isEmpty()) {
      return; // the first program that sends will tell
    }
    Path real = program.get().toRealPath();
    try {
      Process process = new ProcessBuilder(real.toString()).start();
      boolean ended = process.waitFor(PATIENCE_S, TimeUnit.SECONDS);
      demand(ended && process.exitValue() == 0, real + " did not run");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted during the trial", e);
    }
    Optional<ExecFile> told = execs.lastOf(real.toString());
    demand(told.isPresent(), "the execution of " + real + " was not told");
    boolean same = told.get().identity.inode() == (long) Files.getAttribute(real, "unix:ino");
    demand(same, "the execution of " + real + " was told of another file");
  }

  private void tryTap() throws IOException {
    byte[] frame = frame();
    kernel.tap().test(frame);
    byte[] packet = Arrays.copyOfRange(frame, ETHERNET_HEADER, frame.length);
    boolean[] told = new boolean[1];
    RingReader.End end =
        kernel
            .packets()
            .drain(SEVERAL, (memory, at, length) -> told[0] |= isOf(packet, memory, at, length));
    demand(end == RingReader.End.EMPTY, "the ring cannot be read to its end");
    demand(told[0], "the tap did not tell of a packet");
  }

  private boolean isOf(byte[] packet, ByteBuffer memory, int at, int length) {
    byte[] start = new byte[Layout.PACKET_START_BYTES];
    if (length < Layout.PACKET_BYTES) {
      return false;
    }
    memory.get(at + Layout.PACKET_START, start);
    return Arrays.equals(start, Arrays.copyOf(packet, start.length))
        && memory.getInt(at + Layout.PACKET_LENGTH) == packet.length
        && memory.getInt(at + Layout.PACKET_PROCESS) == pid;
  }

  /** A UDP datagram from this host to itself, behind an Ethernet header. */
  private static byte[] frame() {
    ByteBuffer frame = ByteBuffer.allocate(ETHERNET_HEADER + PACKET_BYTES);
    frame.order(ByteOrder.BIG_ENDIAN).putShort(12, (short) 0x0800);
    int ip = ETHERNET_HEADER;
    frame.put(ip, (byte) 0x45).putShort(ip + 2, (short) PACKET_BYTES).putShort(ip + 4, (short) 77);
    frame.put(ip + 8, (byte) 64).put(ip + 9, (byte) UDP);
    frame.putInt(ip + 12, 0x7f000001).putInt(ip + 16, 0x7f000001);
    frame.putShort(ip + 20, (short) 1).putShort(ip + 22, (short) 9).putShort(ip + 24, (short) 100);
    return frame.array();
  }

  private static void demand(boolean condition, String otherwise) throws IOException {
    if (!condition) {
      throw new IOException(otherwise);
    }
  }
}
