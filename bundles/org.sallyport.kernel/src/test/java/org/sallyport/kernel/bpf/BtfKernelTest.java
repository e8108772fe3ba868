// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * Reads the running kernel's own types; that offsets are right is shown by a program that uses one.
 */
class BtfKernelTest {

  @Test
  void shouldFindWhatTheRunningKernelHas() throws Exception {
    Btf btf = Btf.ofKernel();
    assertThat(btf.size()).isGreaterThan(10_000);
    assertThat(btf.offset("task_struct", "tgid"))
        .isEqualTo(btf.offset("task_struct", "pid") + Integer.BYTES);
    assertThat(btf.offset("sock", "__sk_common.skc_family"))
        .isEqualTo(btf.offset("sock_common", "skc_family"));
    assertThat(btf.find("task_struct", "no_such_member")).isEmpty();
  }

  @Test
  void shouldReadThisProcessByTheOffsetsOfItsTask() throws Exception {
    int tgidAt = Btf.ofKernel().offset("task_struct", "tgid");
    try (BpfProgram program =
        BpfProgram.load(new ProgramSpec("test_tgid", ProgramSpec.Hook.PACKET), reading(tgidAt))) {
      byte[] packet = new byte[64];
      packet[12] = 8;
      long pid = ManagementFactory.getRuntimeMXBean().getPid();
      assertThat(program.test(packet)).isEqualTo((int) pid);
    }
  }

  private static Code reading(int tgidAt) {
    return new Assembler()
        .call(Helper.GET_CURRENT_TASK)
        .move(Register.R3, Register.R0)
        .add(Register.R3, tgidAt)
        .address(Register.R1, Register.R10, -8)
        .move(Register.R2, 4)
        .call(Helper.PROBE_READ_KERNEL)
        .load(Width.INT, Register.R0, Register.R10, -8)
        .exit()
        .assemble();
  }
}
