// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupPathsKernelTest {

  @TempDir Path folder;
  private final CgroupPaths paths = new CgroupPaths(new ProcFs(ProcFs.ROOT));

  @Test
  void shouldTellThePathOfACgroupUntilItIsRemoved() throws Exception {
    Path root = mount();
    String name = "sallyport test " + ProcessHandle.current().pid();
    Path group = Files.createDirectory(root.resolve(name));
    long id = (long) Files.getAttribute(group, "unix:ino");
    try {
      assertThat(paths.pathOf(id)).isEqualTo(new CgroupPaths.Answer.Found("/" + name));
      long first = (long) Files.getAttribute(root, "unix:ino");
      assertThat(paths.pathOf(first)).isEqualTo(new CgroupPaths.Answer.Found("/"));
    } finally {
      Files.delete(group);
    }
    assertThat(paths.pathOf(id)).isEqualTo(new CgroupPaths.Answer.Removed());
    assertThat(paths.pathOf(1L << 60)).isEqualTo(new CgroupPaths.Answer.Removed());
  }

  @Test
  void shouldNotTellWhereTheFileSystemIsNotMounted() throws Exception {
    Files.createDirectories(folder.resolve("self"));
    CgroupPaths none = new CgroupPaths(new ProcFs(folder));
    assertThat(none.pathOf(1)).isEqualTo(new CgroupPaths.Answer.NotTold());
    Files.writeString(folder.resolve("self/mountinfo"), "1 2 0:3 /part /x rw - cgroup2 c rw\n");
    CgroupPaths part = new CgroupPaths(new ProcFs(folder));
    assertThat(part.pathOf(1)).isEqualTo(new CgroupPaths.Answer.NotTold());
  }

  private static Path mount() throws Exception {
    return Files.readAllLines(ProcFs.ROOT.resolve("self/mountinfo")).stream()
        .filter(line -> line.contains(" - cgroup2 "))
        .map(line -> Path.of(line.split(" ", -1)[4]))
        .findFirst()
        .orElseThrow();
  }
}
