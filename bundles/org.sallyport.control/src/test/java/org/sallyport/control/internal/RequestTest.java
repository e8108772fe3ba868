// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RequestTest {

  static byte[] encoded(String... arguments) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(Request.VERSION);
    out.writeByte(3);
    out.writeShort(132);
    out.writeShort(43);
    out.writeUTF("xterm");
    out.writeUTF("C.UTF-8");
    out.writeShort(arguments.length);
    for (String argument : arguments) {
      byte[] text = argument.getBytes(StandardCharsets.UTF_8);
      out.writeInt(text.length);
      out.write(text);
    }
    return bytes.toByteArray();
  }

  @Property(tries = 500)
  void shouldReadArgumentsUnchanged(@ForAll @Size(min = 1, max = 6) List<String> arguments)
      throws Exception {
    Assume.that(arguments.stream().noneMatch(text -> text.indexOf('\0') >= 0));
    Assume.that(arguments.stream().allMatch(StandardCharsets.UTF_8.newEncoder()::canEncode));
    Request request = Request.decode(encoded(arguments.toArray(String[]::new)));
    assertThat(request.arguments()).isEqualTo(arguments);
    assertThat(request.terminal())
        .isEqualTo(new TerminalInfo(true, true, 132, 43, "xterm", true, false));
  }

  @Property(tries = 2000)
  void shouldRefuseGarbageWithASentenceOnly(@ForAll @Size(max = 64) byte[] bytes) {
    onlySentences(bytes);
  }

  @Property(tries = 1000)
  void shouldRefuseABrokenRequestWithASentenceOnly(
      @ForAll @IntRange(max = 40) int place,
      @ForAll byte value,
      @ForAll @IntRange(max = 40) int cut)
      throws IOException {
    byte[] bytes = encoded("allow", "out", "proto=tcp");
    bytes[Math.min(place, bytes.length - 1)] = value;
    onlySentences(Arrays.copyOf(bytes, Math.max(0, bytes.length - cut)));
  }

  private static void onlySentences(byte[] bytes) {
    try {
      assertThat(Request.decode(bytes).arguments()).isNotEmpty();
    } catch (ProtocolException | Failure e) {
      assertThat(e).hasMessageMatching("[ -~]+");
    }
  }

  @Test
  void shouldNameTheVersionsThatDiffer() throws IOException {
    byte[] bytes = encoded("status");
    bytes[0] = 9;
    assertThatThrownBy(() -> Request.decode(bytes))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("version 9")
        .hasMessageContaining("version 1");
  }

  @Test
  void shouldRefuseNul() throws IOException {
    byte[] bytes = encoded("keep", "a\0b");
    assertThatThrownBy(() -> Request.decode(bytes))
        .isInstanceOf(Failure.class)
        .hasMessage("argument 2 holds a NUL byte");
  }

  @Test
  void shouldNotBelieveATerminalThatMakesNoSense() {
    assertThat(TerminalInfo.of(0, 0, 60_000, "x;rm", "C"))
        .isEqualTo(new TerminalInfo(false, false, 80, 24, "dumb", false, false));
  }

  @Test
  void shouldPutTheNameFirstWhateverOptionsStandBefore() {
    assertThat(CommandLookup.nameFirst(List.of("--id", "x", "--for=1h", "deny", "out", "--", "a")))
        .containsExactly("deny", "--id", "x", "--for=1h", "out", "--", "a");
    assertThat(CommandLookup.nameFirst(List.of("--comment", "status", "--json", "deny")))
        .containsExactly("deny", "--comment", "status", "--json");
    for (List<String> asTheyAre :
        List.of(
            List.of("--json"),
            List.of("--id"),
            List.of("--id", "deny"),
            List.of("--colour", "deny"),
            List.of("--", "deny"),
            List.of("deny", "--id", "x"))) {
      assertThat(CommandLookup.nameFirst(asTheyAre)).isEqualTo(asTheyAre);
    }
  }
}
