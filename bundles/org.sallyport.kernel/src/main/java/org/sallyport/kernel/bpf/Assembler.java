// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.util.Locale;

/**
 * Writes a program instruction by instruction; jumps name labels, which may come later. Only what
 * the kernel's verifier proves to be harmless is ever loaded, so this checks no more than ranges
 * and labels. Confined to one thread.
 */
public final class Assembler {

  // operation codes of linux/bpf_common.h and linux/bpf.h
  private static final int LOAD_LONG = 0x18;
  private static final int LOAD = 0x61;
  private static final int STORE = 0x63;
  private static final int STORE_CONSTANT = 0x62;
  private static final int ALU = 0x07;
  private static final int JUMP = 0x05;
  private static final int FROM_REGISTER = 0x08;
  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;
  private static final int ATOMIC_ADD_LONG = 0xdb;
  private static final int IS_MAP = 1; // BPF_PSEUDO_MAP_FD

  private enum Operation {
    ADD(0x00, "+="),
    AND(0x50, "&="),
    OR(0x40, "|="),
    SHIFT_LEFT(0x60, "<<="),
    SHIFT_RIGHT(0x70, ">>="),
    MOVE(0xb0, "=");

    private final int code;
    private final String text;

    Operation(int code, String text) {
      this.code = code;
      this.text = text;
    }
  }

  private final CodeBuffer buffer = new CodeBuffer();

  /** Copies a register to another, the target. */
  public Assembler move(Register target, Register source) {
    return operate(Operation.MOVE, target, source);
  }

  /** Sets a register to a constant, its sign extended to 64 bits. */
  public Assembler move(Register target, int constant) {
    return operate(Operation.MOVE, target, constant);
  }

  /** Sets a register to a constant of 64 bits; takes two instructions. */
  public Assembler moveLong(Register target, long constant) {
    return loadTwo(target, 0, constant, name(target) + " = " + constant + " ll");
  }

  /** Sets a register to an open map, for a helper. */
  public Assembler moveMap(Register target, BpfMap map) {
    String text = name(target) + " = map " + map.name();
    return loadTwo(target, IS_MAP, map.descriptor(), text);
  }

  private Assembler loadTwo(Register target, int source, long value, String text) {
    emit(new Instruction(LOAD_LONG, target.number(), source, 0, (int) value), text);
    buffer.emitUpperHalf((int) (value >>> Integer.SIZE));
    return this;
  }

  /**
   * Sets a register to the address of a place in the stack, or of another thing a register points
   * to.
   *
   * @param target the register
   * @param base what it is counted from
   * @param offset bytes
   * @return this
   */
  public Assembler address(Register target, Register base, int offset) {
    return move(target, base).add(target, offset);
  }

  /** Adds a constant to a register. */
  public Assembler add(Register target, int constant) {
    return operate(Operation.ADD, target, constant);
  }

  /** Adds a register to another. */
  public Assembler add(Register target, Register source) {
    return operate(Operation.ADD, target, source);
  }

  /** Keeps the bits of a mask only, its sign extended to 64 bits. */
  public Assembler and(Register target, int mask) {
    return operate(Operation.AND, target, mask);
  }

  /** Sets the bits of another register too. */
  public Assembler or(Register target, Register source) {
    return operate(Operation.OR, target, source);
  }

  /** Shifts by 0 to 63 bits towards the high ones. */
  public Assembler shiftLeft(Register target, int bits) {
    return operate(Operation.SHIFT_LEFT, target, bits);
  }

  /** Shifts by 0 to 63 bits towards the low ones, filling with 0. */
  public Assembler shiftRight(Register target, int bits) {
    return operate(Operation.SHIFT_RIGHT, target, bits);
  }

  private Assembler operate(Operation operation, Register target, int constant) {
    String text = name(target) + " " + operation.text + " " + constant;
    return emit(new Instruction(ALU | operation.code, target.number(), 0, 0, constant), text);
  }

  private Assembler operate(Operation operation, Register target, Register source) {
    int code = ALU | operation.code | FROM_REGISTER;
    String text = name(target) + " " + operation.text + " " + name(source);
    return emit(new Instruction(code, target.number(), source.number(), 0, 0), text);
  }

  /**
   * Reads memory that the verifier knows: context, stack, values of maps.
   *
   * @param width how much
   * @param target the register set
   * @param base a register that points there
   * @param offset bytes from there
   * @return this
   */
  public Assembler load(Width width, Register target, Register base, int offset) {
    int code = LOAD | width.code();
    String text = name(target) + " = " + memory(width, base, offset);
    return emit(new Instruction(code, target.number(), base.number(), offset, 0), text);
  }

  /**
   * Writes a register to such memory.
   *
   * @param width how much
   * @param base a register that points there
   * @param offset bytes from there
   * @param source what is written
   * @return this
   */
  public Assembler store(Width width, Register base, int offset, Register source) {
    int code = STORE | width.code();
    String text = memory(width, base, offset) + " = " + name(source);
    return emit(new Instruction(code, base.number(), source.number(), offset, 0), text);
  }

  /**
   * Writes a constant to such memory.
   *
   * @param width how much
   * @param base a register that points there
   * @param offset bytes from there
   * @param constant what is written, its sign extended
   * @return this
   */
  public Assembler store(Width width, Register base, int offset, int constant) {
    int code = STORE_CONSTANT | width.code();
    String text = memory(width, base, offset) + " = " + constant;
    return emit(new Instruction(code, base.number(), 0, offset, constant), text);
  }

  /**
   * Adds a register to 8 bytes of a map's value, whatever other processors do meanwhile.
   *
   * @param base a register that points to the value
   * @param offset bytes from there
   * @param source what is added
   * @return this
   */
  public Assembler addAtomic(Register base, int offset, Register source) {
    String text = "lock " + memory(Width.LONG, base, offset) + " += " + name(source);
    return emit(new Instruction(ATOMIC_ADD_LONG, base.number(), source.number(), offset, 0), text);
  }

  /** Calls a helper. */
  public Assembler call(Helper helper) {
    return emit(new Instruction(CALL, 0, 0, 0, helper.number()), "call " + helper);
  }

  /**
   * Goes on at a label if a register and a constant compare so.
   *
   * @param left the register
   * @param condition how they compare
   * @param constant compared with, its sign extended
   * @param label where to go on
   * @return this
   */
  public Assembler jumpIf(Register left, Condition condition, int constant, String label) {
    int code = JUMP | condition.code();
    String text = "if " + name(left) + " " + condition + " " + constant + " ";
    buffer.emitJump(new Instruction(code, left.number(), 0, 0, constant), text, label);
    return this;
  }

  /** As above, comparing two registers. */
  public Assembler jumpIf(Register left, Condition condition, Register right, String label) {
    int code = JUMP | condition.code() | FROM_REGISTER;
    String text = "if " + name(left) + " " + condition + " " + name(right) + " ";
    buffer.emitJump(new Instruction(code, left.number(), right.number(), 0, 0), text, label);
    return this;
  }

  /** Goes on at a label. */
  public Assembler jump(String label) {
    buffer.emitJump(new Instruction(JUMP, 0, 0, 0, 0), "", label);
    return this;
  }

  /** Names the next instruction; refused if the name is taken. */
  public Assembler label(String label) {
    buffer.label(label);
    return this;
  }

  /** Ends the program; {@link Register#R0} is its result. */
  public Assembler exit() {
    return emit(new Instruction(EXIT, 0, 0, 0, 0), "exit");
  }

  private Assembler emit(Instruction instruction, String text) {
    buffer.emit(instruction, text);
    return this;
  }

  private static String name(Register register) {
    return register.name().toLowerCase(Locale.ROOT);
  }

  private static String memory(Width width, Register base, int offset) {
    String sign = offset < 0 ? " - " : " + ";
    return "*(u" + width.byteCount() * 8 + " *)(" + name(base) + sign + Math.abs(offset) + ")";
  }

  /**
   * Resolves the labels.
   *
   * @return the program
   * @throws IllegalStateException if a label is missing
   * @throws IllegalArgumentException if a jump is longer than 16 bits tell
   */
  public Code assemble() {
    return buffer.assemble();
  }
}
