// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.backend.MarkLayout;

class GenerationsTest {

  private static final MarkLayout MARKS = new MarkLayout(MarkLayout.DEFAULT_MASK);

  @TempDir Path folder;
  private Path file;
  private int sweeps;
  private boolean sweepFails;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("generation");
  }

  private Generations generations(MarkLayout marks) throws IOException {
    return new Generations(file, marks, this::sweep);
  }

  private void sweep() throws IOException {
    if (sweepFails) {
      throw new IOException("the kernel does not answer");
    }
    sweeps++;
  }

  @Test
  void shouldNeverHandOutAGenerationTwiceAcrossRestarts() throws Exception {
    int first = generations(MARKS).next();

    assertThat(generations(MARKS).next()).isEqualTo(first + 1);
    assertThat(sweeps).as("the first one only").isEqualTo(1);
  }

  @Test
  void shouldGoOnAfterWhatTheKernelHoldsIfTheFileIsLost() throws Exception {
    Generations generations = generations(MARKS);
    generations.seen(70);

    assertThat(generations.next()).isEqualTo(71);
    assertThat(sweeps).isEqualTo(1);
  }

  @Test
  void shouldSweepTwiceARoundBeforeTheNumberIsUsed() throws Exception {
    Generations generations = generations(MARKS);
    for (int round = 0; round < 2; round++) {
      for (int expected = 1; expected <= 4095; expected++) {
        int before = sweeps;
        if (expected > 4090 || expected < 3 || expected == 2048) {
          assertThat(generations.next()).isEqualTo(expected);
          assertThat(sweeps - before).isEqualTo(expected == 1 || expected == 2048 ? 1 : 0);
        } else {
          generations.seen(expected); // as far as sweeping goes, handed out
        }
      }
    }
    assertThat(sweeps).isEqualTo(4);
  }

  @Test
  void shouldHandOutNothingUnlessSwept() throws Exception {
    Files.writeString(file, "4095 0xffff0000\n");
    Generations generations = generations(MARKS);
    sweepFails = true;

    assertThatThrownBy(generations::next).hasMessage("the kernel does not answer");
    assertThat(Files.readString(file)).isEqualTo("4095 0xffff0000\n");

    sweepFails = false;
    assertThat(generations.next()).isEqualTo(1);
    assertThat(sweeps).isEqualTo(1);
  }

  @Test
  void shouldSweepOnceAfterTheMaskChanged() throws Exception {
    generations(MARKS).next();
    Generations moved = generations(new MarkLayout(0x0ffff000));

    assertThat(moved.next()).isEqualTo(2);
    assertThat(moved.next()).isEqualTo(3);
    assertThat(sweeps).isEqualTo(2);
  }
}
