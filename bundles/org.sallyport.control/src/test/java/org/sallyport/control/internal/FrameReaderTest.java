// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

  private static FrameReader reader(byte... bytes) {
    return new FrameReader(Channels.newChannel(new ByteArrayInputStream(bytes)));
  }

  @Property(tries = 500)
  void shouldReadWhatWasEncoded(@ForAll @Size(max = 5000) byte[] payload) throws IOException {
    ByteBuffer bytes = FrameSender.encode(FrameType.OUTPUT, payload, 0, payload.length);
    byte[] wire = new byte[bytes.remaining()];
    bytes.get(wire);
    FrameReader reader = reader(wire);
    Frame frame = reader.read().orElseThrow();
    assertThat(frame.type()).isEqualTo(FrameType.OUTPUT);
    assertThat(frame.payload()).isEqualTo(payload);
    assertThat(reader.read()).isEmpty();
  }

  @Property(tries = 2000)
  void shouldRefuseGarbageWithASentenceOnly(@ForAll @Size(max = 64) byte[] bytes)
      throws IOException {
    FrameReader reader = reader(bytes);
    try {
      for (Optional<Frame> next = reader.read(); next.isPresent(); ) {
        next = reader.read();
      }
    } catch (ProtocolException e) {
      assertThat(e).hasMessageMatching("[ -~]+");
    }
  }

  @Test
  void shouldRefuseALengthBeforeMakingRoomForIt() {
    assertThatThrownBy(
            () -> reader((byte) 1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff).read())
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("at most 1048576 bytes, not 4294967295");
  }

  @Test
  void shouldRefuseAFrameCutShort() {
    assertThatThrownBy(
            () -> reader((byte) 3, (byte) 0, (byte) 0, (byte) 0, (byte) 4, (byte) 1).read())
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("ended within a frame");
  }
}
