// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.util.HexFormat;
import org.sallyport.kernel.internal.BpfCalls;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * What the kernel says of a program ({@code struct bpf_prog_info} of linux/bpf.h).
 *
 * @param isPacketProgram whether it is one of {@link ProgramSpec.Hook#PACKET}
 * @param id its number among all programs, which is not given out again soon
 * @param tag 16 hexadecimal digits, a digest of its instructions; the maps it uses do not count
 * @param userId who loaded it, an unsigned 32-bit uid
 * @param name its name
 */
public record ProgramInfo(boolean isPacketProgram, long id, String tag, long userId, String name) {

  private static final int LENGTH = 80;
  private static final int TAG_AT = 8;
  private static final int TAG_LENGTH = 8;
  private static final int USER_AT = 48;
  private static final int NAME_AT = 64;
  private static final int NAME_LENGTH = 16;

  static ProgramInfo of(int descriptor) throws BpfException {
    NativeBuffer info = NativeBuffer.allocate(LENGTH);
    NativeBuffer attributes = BpfCalls.attributes();
    attributes.bytes().putInt(0, descriptor).putInt(4, LENGTH).putLong(8, info.address(0));
    int told = BpfCalls.call(BpfCalls.OBJ_INFO, attributes, info);
    BpfException.demand(told, "the kernel does not tell about a program");
    byte[] tag = new byte[TAG_LENGTH];
    info.bytes().get(TAG_AT, tag);
    return new ProgramInfo(
        info.bytes().getInt(0) == ProgramSpec.Hook.PACKET.type(),
        Integer.toUnsignedLong(info.bytes().getInt(4)),
        HexFormat.of().formatHex(tag),
        Integer.toUnsignedLong(info.bytes().getInt(USER_AT)),
        BpfCalls.text(info, NAME_AT, NAME_LENGTH));
  }
}
