// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sallyport.api.decision.KernelProgram;
import org.sallyport.api.packet.Direction;
import org.sallyport.netfilter.frame.Section;

/**
 * The chains do with every packet what the program says, and count it where the program's rules
 * match. {@code -Dsallyport.programs=N} tries other than the usual 1500 programs.
 */
class ProgramChainsTest {

  private static final int PROGRAMS = Integer.getInteger("sallyport.programs", 1500);
  private static final int PACKETS = 60;

  @Test
  void shouldDecideAndCountAsTheProgramSays() {
    List<Direction> directions = List.of(Direction.values());
    int tooLarge = 0;
    for (int seed = 0; seed < PROGRAMS; seed++) {
      RandomPolicy random = new RandomPolicy(seed);
      KernelProgram program = random.program(1 + seed % 24);
      Optional<Section.Rules> section = Difference.section(program);
      if (section.isEmpty()) {
        tooLarge++;
        continue;
      }
      Difference chains = new Difference(program, section.get());
      for (int i = 0; i < PACKETS; i++) {
        SimPacket packet = random.packet(directions.get(i % directions.size()));
        Optional<String> difference = chains.at(packet);
        if (difference.isPresent()) {
          throw new AssertionError("seed " + seed + ": " + Difference.shrunk(program, packet));
        }
      }
    }
    assertThat(tooLarge).isLessThan(PROGRAMS / 20);
  }
}
