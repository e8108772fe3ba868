// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorIndexTest {

  @TempDir Path folder;
  private FakeProc fake;
  private DescriptorIndex index;

  @BeforeEach
  void makeProcess() throws Exception {
    fake = new FakeProc(folder.resolve("proc"));
    fake.process(30, 1, "x").socket(30, 3, 111).socket(30, 17, 222);
    index = new DescriptorIndex(new ProcFs(fake.root()));
  }

  private Path descriptor(int number) {
    return fake.root().resolve("30/fd/" + number);
  }

  @Test
  void shouldServeTheNextQuestionsFromOneLook() {
    assertThat(index.hint(30, 222)).as("before any look").isEqualTo(-1);
    assertThat(index.descriptorOf(30, 111)).isEqualTo(3);
    assertThat(index.hint(30, 222)).isEqualTo(17);
    assertThat(index.hint(31, 222)).as("another process").isEqualTo(-1);
  }

  @Test
  void shouldNotBelieveWhatItRemembers() throws Exception {
    assertThat(index.descriptorOf(30, 222)).isEqualTo(17);
    Files.delete(descriptor(17));
    assertThat(index.descriptorOf(30, 222)).as("closed").isEqualTo(-1);
    fake.socket(30, 5, 222);
    assertThat(index.descriptorOf(30, 222)).as("handed back at another number").isEqualTo(5);
  }

  @Test
  void shouldSeeWhatWasOpenedAfterTheLook() throws Exception {
    assertThat(index.descriptorOf(30, 333)).isEqualTo(-1);
    fake.socket(30, 4, 333);
    assertThat(index.descriptorOf(30, 333)).isEqualTo(4);
  }

  @Test
  void shouldHoldTheHighestInodeTheKernelGives() throws Exception {
    fake.socket(30, 6, 0xffff_ffffL);
    assertThat(index.descriptorOf(30, 0xffff_ffffL)).isEqualTo(6);
  }

  @Test
  void shouldForgetTheProcessLookedAtLongestAgo() throws Exception {
    index.descriptorOf(30, 111);
    for (int pid = 100; pid < 116; pid++) {
      fake.process(pid, 1, "y").socket(pid, 3, 1000 + pid);
      assertThat(index.descriptorOf(pid, 1000 + pid)).isEqualTo(3);
    }
    assertThat(index.hint(30, 111)).isEqualTo(-1);
    assertThat(index.hint(115, 1115)).isEqualTo(3);
  }
}
