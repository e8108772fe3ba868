// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sallyport.kernel.bpf.BpfMap;
import org.sallyport.kernel.netlink.NativeBuffer;

/** What is written into the kernel's real maps. */
class ProofsKernelTest {

  private static TapRecord record(TestPacket packet) {
    Fingerprint look = new Fingerprint();
    assertThat(look.take(packet)).isTrue();
    TapRecord record = new TapRecord();
    record.blank(look, 0);
    return record;
  }

  private static boolean isProven(BpfMap proofs, TapRecord of, long epoch) throws Exception {
    NativeBuffer key = NativeBuffer.allocate(Layout.PROOF_BYTES);
    assertThat(of.fingerprint.describe(key.bytes())).isTrue();
    key.bytes().putLong(Layout.PROOF_EPOCH, epoch);
    return proofs.lookup(key, NativeBuffer.allocate(Long.BYTES));
  }

  @Test
  void shouldProveOnlyWhereARuleAsksAndOnlyDatagramsOfTheEpoch() throws Exception {
    try (KernelSide kernel = KernelSide.start()) {
      Proofs proofs = new Proofs(kernel.maps(), true);
      Proofs.Giver giver = proofs.new Giver();
      TapRecord datagram = record(TestPacket.udp("x"));
      long epoch = proofs.epoch();
      giver.give(datagram, epoch, Long.MAX_VALUE);
      assertThat(isProven(kernel.maps().proofs(), datagram, epoch)).as("nobody asks").isFalse();
      proofs.inForce(true);
      giver.give(datagram, epoch, Long.MAX_VALUE);
      assertThat(isProven(kernel.maps().proofs(), datagram, epoch)).isTrue();
      proofs.voidAll();
      assertThat(proofs.epoch()).isGreaterThan(epoch);
      assertThat(isProven(kernel.maps().proofs(), datagram, proofs.epoch())).isFalse();
      assertThat(
              record(TestPacket.tcp(2, 7)).fingerprint.describe(NativeBuffer.allocate(80).bytes()))
          .as("no datagram")
          .isFalse();
      assertThat(proofs.trouble()).isEmpty();
      assertThat(new Proofs(kernel.maps(), false).trouble()).contains("judged one by one");
    }
  }
}
