// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.sallyport.kernel.bpf.ProbeSocket;
import org.sallyport.kernel.netlink.NativeBuffer;

class KernelSideKernelTest {

  @Test
  void shouldNoteWhoMadeASocketAndForgetItWhenItIsClosed() throws Exception {
    try (KernelSide kernel = KernelSide.start()) {
      NativeBuffer key = NativeBuffer.allocate(Long.BYTES);
      NativeBuffer who = NativeBuffer.allocate(Layout.WHO_VALUE_LENGTH);
      try (ProbeSocket socket = ProbeSocket.open(false)) {
        key.bytes().putLong(0, socket.cookie());
        assertThat(kernel.maps().sockets().lookup(key, who)).isTrue();
        assertThat(who.bytes().order()).isEqualTo(ByteOrder.nativeOrder());
        assertThat(who.bytes().getInt(Layout.WHO_PROCESS))
            .isEqualTo((int) ProcessHandle.current().pid());
      }
      assertThat(kernel.maps().sockets().lookup(key, who)).isFalse();
    }
  }
}
