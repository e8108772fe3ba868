// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.diag;

import java.nio.charset.StandardCharsets;
import org.sallyport.kernel.internal.LibC;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * Asks for the index of an interface: one ioctl on whatever socket. Confined to one thread.
 *
 * <pre>
 *   struct ifreq (linux/if.h):  char ifr_name[16];  int ifr_ifindex in a union of 24 bytes
 * </pre>
 */
final class InterfaceIndexes {

  private static final int IFNAMSIZ = 16;
  private static final int IFREQ_LENGTH = 40;
  private static final int SIOCGIFINDEX = 0x8933; // linux/sockios.h; any socket takes it

  private final NativeBuffer request = NativeBuffer.allocate(IFREQ_LENGTH);

  /** The index of the interface of that name, 0 if there is none. */
  int of(int descriptor, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length >= IFNAMSIZ) {
      return 0;
    }
    request.bytes().put(0, new byte[IFNAMSIZ]).put(0, bytes);
    boolean known = LibC.ioctl(descriptor, SIOCGIFINDEX, request.address(0)) == 0;
    return known ? request.bytes().getInt(IFNAMSIZ) : 0;
  }
}
