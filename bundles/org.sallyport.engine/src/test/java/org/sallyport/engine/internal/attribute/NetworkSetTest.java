// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.sallyport.api.packet.IpAddress;
import org.sallyport.api.packet.IpNetwork;

class NetworkSetTest {

  @Property(tries = 500)
  void shouldHoldWhatAnyOfTheNetworksHolds(@ForAll long seed) {
    Random random = new Random(seed);
    List<IpNetwork> networks = new ArrayList<>();
    int count = random.nextInt(40);
    for (int i = 0; i < count; i++) {
      networks.add(random.nextBoolean() ? v4(random) : v6(random));
    }
    NetworkSet set = NetworkSet.of(networks);

    for (int i = 0; i < 100; i++) {
      IpAddress address = (random.nextBoolean() ? v4(random) : v6(random)).base();
      assertThat(set.contains(address.high(), address.low()))
          .as("%s in %s", address, networks)
          .isEqualTo(
              networks.stream()
                  .anyMatch(network -> network.contains(address.high(), address.low())));
    }
  }

  private static IpNetwork v4(Random random) {
    int bits = random.nextInt(8) == 0 ? random.nextInt(33) : 24 + random.nextInt(9);
    long address = 0xffff_0a00_0000L | (random.nextInt(4) << 8) | random.nextInt(256);
    return network(0, address, bits, 32);
  }

  private static IpNetwork v6(Random random) {
    int bits = random.nextInt(8) == 0 ? random.nextInt(129) : 56 + random.nextInt(73);
    long high = random.nextBoolean() ? 0xfd00_0000_0000_0000L | random.nextInt(4) : -1L;
    return network(high, random.nextInt(4) == 0 ? -1L : random.nextInt(256), bits, 128);
  }

  private static IpNetwork network(long high, long low, int bits, int width) {
    int free = width - bits;
    long lowMask = free >= 64 ? 0 : -1L << free;
    long highMask = free <= 64 ? -1L : free >= 128 ? 0 : -1L << (free - 64);
    long keptHigh = width == 32 ? 0 : high & highMask;
    return IpNetwork.parse(new IpAddress(keptHigh, low & lowMask) + "/" + bits);
  }
}
