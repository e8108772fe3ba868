// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.internal;

import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * bpf(2): one system call, a command and a {@code union bpf_attr} of linux/bpf.h. Attributes are
 * written as numbers at their offsets; what a command does not know must be 0.
 */
public final class BpfCalls {

  /** BPF_MAP_CREATE. */
  public static final int MAP_CREATE = 0;

  /** BPF_MAP_LOOKUP_ELEM. */
  public static final int MAP_LOOKUP = 1;

  /** BPF_MAP_UPDATE_ELEM. */
  public static final int MAP_UPDATE = 2;

  /** BPF_MAP_DELETE_ELEM. */
  public static final int MAP_DELETE = 3;

  /** BPF_MAP_GET_NEXT_KEY. */
  public static final int MAP_NEXT_KEY = 4;

  /** BPF_PROG_LOAD. */
  public static final int PROG_LOAD = 5;

  /** BPF_OBJ_PIN. */
  public static final int OBJ_PIN = 6;

  /** BPF_OBJ_GET. */
  public static final int OBJ_GET = 7;

  /** BPF_PROG_TEST_RUN. */
  public static final int PROG_TEST_RUN = 10;

  /** BPF_OBJ_GET_INFO_BY_FD. */
  public static final int OBJ_INFO = 15;

  /** BPF_RAW_TRACEPOINT_OPEN. */
  public static final int RAW_TRACEPOINT_OPEN = 17;

  /** BPF_LINK_CREATE. */
  public static final int LINK_CREATE = 28;

  /** BPF_ITER_CREATE. */
  public static final int ITERATOR_CREATE = 33;

  /** Enough for every command used here. */
  public static final int ATTRIBUTE_LENGTH = 160;

  private static final long NUMBER = numberHere();

  private BpfCalls() {}

  /** The call's number, asm/unistd.h. */
  private static long numberHere() {
    return switch (System.getProperty("os.arch", "")) {
      case "amd64", "x86_64" -> 321;
      case "aarch64", "riscv64" -> 280;
      case "ppc64", "ppc64le" -> 361;
      case "s390x" -> 351;
      default -> -1; // ENOSYS
    };
  }

  /**
   * Fresh attributes, all 0.
   *
   * @return memory of {@link #ATTRIBUTE_LENGTH} bytes
   */
  public static NativeBuffer attributes() {
    return NativeBuffer.allocate(ATTRIBUTE_LENGTH);
  }

  /**
   * Makes the call.
   *
   * @param command the command
   * @param attributes its attributes
   * @param named what the attributes name by its address, kept until the call is over
   * @return what the command returns, or a negative errno
   */
  public static int call(int command, NativeBuffer attributes, NativeBuffer... named) {
    try {
      long result = LibC.syscall(NUMBER, command, attributes.address(0), attributes.capacity());
      return result < 0 ? -LibC.errno() : (int) result;
    } finally {
      Reference.reachabilityFence(attributes);
      Reference.reachabilityFence(named);
    }
  }

  /**
   * A text with its closing 0, where the kernel reads it.
   *
   * @param text the text
   * @return its bytes
   */
  public static NativeBuffer text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    NativeBuffer buffer = NativeBuffer.allocate(bytes.length + 1);
    buffer.bytes().put(0, bytes);
    return buffer;
  }

  /**
   * Reads a text up to its closing 0.
   *
   * @param buffer where it stands
   * @param at where it begins
   * @param limit how long it is at most
   * @return the text
   */
  public static String text(NativeBuffer buffer, int at, int limit) {
    int length = 0;
    while (length < limit && buffer.bytes().get(at + length) != 0) {
      length++;
    }
    byte[] bytes = new byte[length];
    buffer.bytes().get(at, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * Memory of the kernel that was mapped.
   *
   * @param address as mmap(2) returned it
   * @param length bytes
   * @return a view, in the host's order, good until it is unmapped
   */
  public static ByteBuffer view(long address, long length) {
    return new Pointer(address).getByteBuffer(0, length).order(ByteOrder.nativeOrder());
  }
}
