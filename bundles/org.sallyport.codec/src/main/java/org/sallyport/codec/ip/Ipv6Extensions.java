// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.ip;

import java.nio.ByteBuffer;
import org.sallyport.codec.Bytes;

/**
 * Walks IPv6 extension headers (RFC 8200 §4) as the kernel does in {@code ipv6_skip_exthdr}: most
 * start with the next header's number and their own length in units of 8 bytes beyond the first 8;
 * the fragment header is always 8 bytes; the authentication header counts units of 4 beyond 8.
 *
 * <pre>
 *   +---------------+---------------+-------------------------------+
 *  0|  next header  |  length / 0   |  fragment: offset (13), 0, M  |  network order
 *   +---------------+---------------+-------------------------------+
 * </pre>
 */
final class Ipv6Extensions {

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int AUTHENTICATION = 51;
  private static final int DESTINATION = 60;
  private static final int MAX_HEADERS = 16;
  private static final int MIN_LENGTH = 8;

  private int protocol;
  private int offset;
  private boolean fragment;
  private boolean laterFragment;

  /** Walks from the first header behind the fixed one; false if the chain does not end inside. */
  boolean walk(ByteBuffer buffer, int firstHeader, int from, int end) {
    protocol = firstHeader;
    offset = from;
    fragment = false;
    laterFragment = false;
    for (int i = 0; i < MAX_HEADERS; i++) {
      if (!isExtension(protocol) || laterFragment) {
        return true;
      }
      if (end - offset < MIN_LENGTH) {
        return false;
      }
      int length = lengthOf(buffer);
      if (length > end - offset) {
        return false;
      }
      if (protocol == FRAGMENT) {
        fragment = true;
        laterFragment = Bytes.u16Net(buffer, offset + 2) >>> 3 != 0;
      }
      protocol = Bytes.u8(buffer, offset);
      offset += length;
    }
    return !isExtension(protocol);
  }

  private int lengthOf(ByteBuffer buffer) {
    int units = Bytes.u8(buffer, offset + 1);
    return switch (protocol) {
      case FRAGMENT -> MIN_LENGTH;
      case AUTHENTICATION -> (units + 2) * 4;
      default -> (units + 1) * 8;
    };
  }

  private static boolean isExtension(int header) {
    return header == HOP_BY_HOP
        || header == ROUTING
        || header == FRAGMENT
        || header == AUTHENTICATION
        || header == DESTINATION;
  }

  /** The number of the header the walk ended at. */
  int protocol() {
    return protocol;
  }

  /** Where that header starts. */
  int offset() {
    return offset;
  }

  boolean isFragment() {
    return fragment;
  }

  /** A fragment that does not hold the start of the transport header. */
  boolean isLaterFragment() {
    return laterFragment;
  }
}
