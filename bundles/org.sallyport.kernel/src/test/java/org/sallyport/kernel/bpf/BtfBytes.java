// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds a BTF as the kernel would, type by type. */
final class BtfBytes {

  static final int INT = 1;
  static final int STRUCT = 4;
  static final int UNION = 5;
  static final int CONST = 10;

  private final ByteOrder order;
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private final ByteArrayOutputStream types = new ByteArrayOutputStream();

  BtfBytes(ByteOrder order) {
    this.order = order;
    strings.write(0);
  }

  /** Members as name, type, offset (bits; with bit fields, the field's size in bits 24 to 31). */
  record Member(String name, int type, int offset) {}

  BtfBytes aggregate(int kind, String name, boolean bitFields, Member... members) {
    words(text(name), (bitFields ? 1 << 31 : 0) | kind << 24 | members.length, 0);
    for (Member member : members) {
      words(text(member.name), member.type, member.offset);
    }
    return this;
  }

  BtfBytes integer() {
    words(text("int"), INT << 24, 4, 32);
    return this;
  }

  BtfBytes constant(int of) {
    words(0, CONST << 24, of);
    return this;
  }

  private int text(String name) {
    if (name.isEmpty()) {
      return 0;
    }
    int at = strings.size();
    strings.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    strings.write(0);
    return at;
  }

  private void words(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES).order(order);
    for (int value : values) {
      bytes.putInt(value);
    }
    types.writeBytes(bytes.array());
  }

  byte[] build() {
    ByteBuffer all =
        ByteBuffer.allocate(24 + types.size() + strings.size())
            .order(order)
            .putShort((short) 0xeb9f)
            .put((byte) 1)
            .put((byte) 0)
            .putInt(24)
            .putInt(0)
            .putInt(types.size())
            .putInt(types.size())
            .putInt(strings.size());
    return all.put(types.toByteArray()).put(strings.toByteArray()).array();
  }
}
