// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.Closeable;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * A datagram socket of this process's own, made to see what programs at its hooks tell about it. It
 * needs no network and sends nothing: a connection is tried and given up.
 */
public final class ProbeSocket implements Closeable {

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_COOKIE = 57;
  private static final int SO_NETNS_COOKIE = 71;
  private static final int SOCKADDR_LENGTH = 28;

  private final int family;
  private final Descriptor descriptor;

  private ProbeSocket(int family, Descriptor descriptor) {
    this.family = family;
    this.descriptor = descriptor;
  }

  /**
   * Makes a socket in the calling thread's network namespace.
   *
   * @param v6 whether it speaks IPv6
   * @return the socket
   * @throws BpfException if there can be none
   */
  public static ProbeSocket open(boolean v6) throws BpfException {
    int family = v6 ? AF_INET6 : AF_INET;
    int opened = LibC.socket(family, SOCK_DGRAM_CLOEXEC, 0);
    if (opened < 0) {
      throw new BpfException("no socket could be made for a trial", LibC.errno());
    }
    return new ProbeSocket(family, new Descriptor(opened));
  }

  /**
   * The socket's cookie (SO_COOKIE).
   *
   * @return its number among all sockets of this boot
   * @throws BpfException if the kernel does not tell
   */
  public long cookie() throws BpfException {
    return option(SO_COOKIE, "a socket's cookie");
  }

  /**
   * The cookie of the socket's network namespace (SO_NETNS_COOKIE, Linux 5.14).
   *
   * @return the namespace's number among all of this boot
   * @throws BpfException if the kernel does not tell
   */
  public long namespaceCookie() throws BpfException {
    return option(SO_NETNS_COOKIE, "the cookie of the network namespace");
  }

  private long option(int name, String what) throws BpfException {
    NativeBuffer value = NativeBuffer.allocate(Long.BYTES + Integer.BYTES);
    value.bytes().putInt(Long.BYTES, Long.BYTES);
    int told =
        LibC.getsockopt(
            descriptor.number(), SOL_SOCKET, name, value.address(0), value.address(Long.BYTES));
    if (told < 0) {
      throw new BpfException("the kernel does not tell " + what, LibC.errno());
    }
    return value.bytes().getLong(0);
  }

  /** Tries to connect to this host; without a way there the hooks are passed all the same. */
  public void touch() {
    NativeBuffer address = NativeBuffer.allocate(SOCKADDR_LENGTH);
    address.bytes().putShort(0, (short) family).put(3, (byte) 9); // discard
    int loopbackAt = family == AF_INET ? 4 : 23;
    address.bytes().put(loopbackAt, (byte) (family == AF_INET ? 127 : 1));
    address.bytes().put(7, (byte) (family == AF_INET ? 1 : 0));
    int unused = LibC.connect(descriptor.number(), address.address(0), SOCKADDR_LENGTH);
  }

  @Override
  public void close() {
    descriptor.close();
  }
}
