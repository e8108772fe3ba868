// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sallyport.itests.fuzz.kit.Decoder;
import org.sallyport.itests.fuzz.kit.Reading;

/** Every input that was kept, without instrumentation: quick, and easy to debug. */
class CorpusTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int WARM_UP = 50;

  @ParameterizedTest
  @EnumSource
  void shouldHoldForEveryInputKept(Target target) throws Exception {
    for (Path input : Corpus.of(target).inputs()) {
      byte[] bytes = Files.readAllBytes(input);
      try {
        assertTimeoutPreemptively(PATIENCE, () -> target.run(bytes));
      } catch (Exception | Error e) {
        throw new AssertionError(input + ": " + e.getMessage(), e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepCorporaSmall(Target target) throws Exception {
    long bytes = 0;
    List<Path> inputs = Corpus.of(target).inputs();
    for (Path input : inputs) {
      bytes += Files.size(input);
    }
    assertThat(inputs).isNotEmpty().hasSizeLessThanOrEqualTo(Corpus.MAX_FILES);
    assertThat(bytes).isLessThanOrEqualTo(Corpus.MAX_BYTES);
  }

  static List<Target> flyweights() {
    return Arrays.stream(Target.values()).filter(t -> t.decoder().isPresent()).toList();
  }

  @ParameterizedTest
  @MethodSource("flyweights")
  void shouldMakeNoGarbageForAnyInputKept(Target target) throws Exception {
    Decoder decoder = target.decoder().orElseThrow();
    Reading out = new Reading();
    for (Path input : Corpus.of(target).inputs()) {
      byte[] bytes = Files.readAllBytes(input);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
      for (int i = 0; i < WARM_UP; i++) {
        read(decoder, buffer, out);
      }
      assertThat(garbage(decoder, buffer, out)).as(input.toString()).isZero();
    }
  }

  private static long garbage(Decoder decoder, ByteBuffer buffer, Reading out) {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    read(decoder, buffer, out);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static void read(Decoder decoder, ByteBuffer buffer, Reading out) {
    out.clear();
    decoder.read(buffer, 0, buffer.limit(), out);
  }
}
