// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.random;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.sallyport.itests.kernel.kit.Family;

/**
 * What a lab can produce, so that random rules are about facts that random flows can have.
 *
 * @param owners who opens sockets
 * @param programs executables; none, and no rule speaks of programs
 * @param remotes addresses that answer, of each family at least one
 * @param ports ports that answer
 * @param iface the interface that leads there
 */
public record LabWorld(
    List<Owner> owners,
    List<String> programs,
    Map<Family, List<String>> remotes,
    List<Integer> ports,
    String iface) {

  /** A user and a group, by number. */
  public record Owner(long user, long group) {}

  /** Refuses what flows cannot be made of, and copies. */
  public LabWorld {
    owners = filled(owners);
    programs = List.copyOf(programs);
    ports = filled(ports);
    Map<Family, List<String>> copied = new EnumMap<>(Family.class);
    for (Family family : Family.values()) {
      copied.put(family, filled(remotes.get(family)));
    }
    remotes = copied;
  }

  private static <T> List<T> filled(List<T> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("flows need at least one of each");
    }
    return List.copyOf(values);
  }
}
