// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.net.NetworkInterface;
import java.net.SocketException;

/** Asks the system for interfaces. */
final class SystemInterfaces {

  private SystemInterfaces() {}

  /** An interface's name now; an empty string if there is none with this index. */
  static String nameOf(int index) {
    try {
      NetworkInterface found = NetworkInterface.getByIndex(index);
      return found == null ? "" : found.getName();
    } catch (SocketException e) {
      return ""; // a rule about interfaces then does not match
    }
  }
}
