// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The instructions of a program under way, with its labels and its listing. */
final class CodeBuffer {

  private final List<Instruction> instructions = new ArrayList<>();
  private final List<String> listing = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final Map<Integer, String> jumps = new HashMap<>();

  void emit(Instruction instruction, String text) {
    listing.add(String.format("%4d: %s", instructions.size(), text));
    instructions.add(instruction);
  }

  /** The second half of a 64-bit constant, which has no line of its own. */
  void emitUpperHalf(int value) {
    instructions.add(new Instruction(0, 0, 0, 0, value));
  }

  void emitJump(Instruction instruction, String text, String label) {
    jumps.put(instructions.size(), label);
    emit(instruction, text + "goto " + label);
  }

  void label(String label) {
    if (labels.put(label, instructions.size()) != null) {
      throw new IllegalArgumentException("the label " + label + " stands twice");
    }
    listing.add(label + ":");
  }

  Code assemble() {
    List<Instruction> resolved = new ArrayList<>(instructions);
    jumps.forEach((at, label) -> resolved.set(at, resolve(at, label)));
    return new Code(resolved, listing);
  }

  private Instruction resolve(int at, String label) {
    Integer target = labels.get(label);
    if (target == null || target >= instructions.size()) {
      throw new IllegalStateException("nothing stands at the label " + label);
    }
    Instruction jump = instructions.get(at);
    int distance = target - at - 1;
    return new Instruction(jump.code(), jump.target(), jump.source(), distance, jump.immediate());
  }
}
