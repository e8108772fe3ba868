// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.packet;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * One end of a flow.
 *
 * @param address the address
 * @param port 0 to 65535, or empty where the protocol has none or it is not known
 */
public record Endpoint(IpAddress address, OptionalInt port) {

  /** Checks the port's range. */
  public Endpoint {
    Objects.requireNonNull(address, "address");
    if (port.isPresent() && (port.getAsInt() < 0 || port.getAsInt() > 0xffff)) {
      throw new IllegalArgumentException("a port is 0 to 65535, not " + port.getAsInt());
    }
  }

  /** {@code 10.0.0.2:443}, {@code [fd00::2]:443}, or the bare address. */
  @Override
  public String toString() {
    if (port.isEmpty()) {
      return address.toString();
    }
    return (address.isIpv4() ? address.toString() : "[" + address + "]") + ":" + port.getAsInt();
  }
}
