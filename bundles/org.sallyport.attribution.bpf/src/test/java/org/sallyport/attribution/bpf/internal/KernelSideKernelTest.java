// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.attribution.bpf.internal.Emitter.Reading;
import org.sallyport.kernel.bpf.ProbeSocket;
import org.sallyport.kernel.netlink.NativeBuffer;

class KernelSideKernelTest {

  @ParameterizedTest
  @EnumSource(Reading.class)
  void shouldNoteWhoMadeASocketAndForgetItWhenItIsClosed(Reading reading) throws Exception {
    try (KernelSide kernel = KernelSide.start(1000, reading)) {
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

  @Test
  void shouldNoteNoMoreThanAUsersShareAndGiveItBack() throws Exception {
    try (KernelSide kernel = KernelSide.start(8)) {
      for (int round = 0; round < 3; round++) {
        long lost = kernel.losses().get(Layout.LOST_SOCKETS);
        List<ProbeSocket> sockets = new ArrayList<>();
        int noted = 0;
        for (int i = 0; i < 20; i++) {
          sockets.add(ProbeSocket.open(i % 2 == 0));
          noted += isNoted(kernel, sockets.get(i)) ? 1 : 0;
        }
        assertThat(noted).as("round " + round).isBetween(1, 8); // others of this user have some too
        assertThat(kernel.losses().get(Layout.LOST_SOCKETS) - lost)
            .isGreaterThanOrEqualTo(20 - noted);
        sockets.get(19).touch(); // its use is not noted either
        assertThat(isNoted(kernel, sockets.get(19))).isFalse();
        sockets.get(0).touch();
        assertThat(isNoted(kernel, sockets.get(0))).isTrue();
        sockets.forEach(ProbeSocket::close);
      }
    }
  }

  /** Nobody has asked for its cookie yet; it is not the only socket of this process. */
  @Test
  void shouldNoteWhoHoldsASocketThatIsOlderAndForgetItWhenItIsClosed() throws Exception {
    ProbeSocket socket = ProbeSocket.open(false);
    socket.touch();
    try (KernelSide kernel = KernelSide.start()) {
      NativeBuffer key = NativeBuffer.allocate(Long.BYTES);
      NativeBuffer who = NativeBuffer.allocate(Layout.WHO_VALUE_LENGTH);
      key.bytes().putLong(0, socket.cookie());
      assertThat(kernel.maps().sockets().lookup(key, who)).isTrue();
      try (ProbeSocket newer = ProbeSocket.open(false)) {
        assertThat(facts(who)).isEqualTo(facts(noteOf(kernel, newer)));
        assertThat(who.bytes().getLong(Layout.WHO_CGROUP)).isNotZero();
      }
      socket.close();
      assertThat(kernel.maps().sockets().lookup(key, who)).isFalse();
    }
  }

  private static NativeBuffer noteOf(KernelSide kernel, ProbeSocket socket) throws Exception {
    NativeBuffer key = NativeBuffer.allocate(Long.BYTES);
    NativeBuffer who = NativeBuffer.allocate(Layout.WHO_VALUE_LENGTH);
    key.bytes().putLong(0, socket.cookie());
    assertThat(kernel.maps().sockets().lookup(key, who)).isTrue();
    return who;
  }

  /** All but when it was written, and the thread's name. */
  private static String facts(NativeBuffer note) {
    byte[] all = new byte[Layout.WHO_NAME];
    note.bytes().putLong(Layout.WHO_WRITTEN, 0).get(0, all);
    return HexFormat.of().formatHex(all) + note.bytes().getLong(Layout.WHO_ACCOUNT);
  }

  /** What one way reads, the other reads too: process, parent, file and all. */
  @Test
  void shouldReadTheSameInBothWays() throws Exception {
    assertThat(notedOfThisProcess(Reading.PROBED)).isEqualTo(notedOfThisProcess(Reading.TYPED));
  }

  private static String notedOfThisProcess(Reading reading) throws Exception {
    try (KernelSide kernel = KernelSide.start(1000, reading);
        ProbeSocket socket = ProbeSocket.open(false)) {
      NativeBuffer who = noteOf(kernel, socket);
      for (int at :
          List.of(
              Layout.WHO_PROCESS,
              Layout.WHO_START,
              Layout.WHO_INODE,
              Layout.WHO_FILE,
              Layout.WHO_DEVICE,
              Layout.WHO_PARENT,
              Layout.WHO_PARENT_START)) {
        assertThat(who.bytes().getInt(at)).as("read at " + at).isNotZero();
      }
      return facts(who);
    }
  }

  private static boolean isNoted(KernelSide kernel, ProbeSocket socket) throws Exception {
    NativeBuffer key = NativeBuffer.allocate(Long.BYTES);
    key.bytes().putLong(0, socket.cookie());
    return kernel.maps().sockets().lookup(key, NativeBuffer.allocate(Layout.WHO_VALUE_LENGTH));
  }
}
