// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Builds a folder that looks like {@code /proc}. */
final class FakeProc {

  static final String HOST = "mnt:[4026531832]";
  private final Path root;

  FakeProc(Path root) throws IOException {
    this.root = root;
    process(1, 0, "init").namespace(1, HOST);
  }

  Path root() {
    return root;
  }

  FakeProc process(int pid, int parent, String name) throws IOException {
    Files.createDirectories(root.resolve(pid + "/fd"));
    Files.createDirectories(root.resolve(pid + "/ns"));
    startTime(pid, parent, name, pid * 10L);
    return namespace(pid, HOST);
  }

  FakeProc startTime(int pid, int parent, String name, long ticks) throws IOException {
    String numbers =
        "S " + parent + " 1 1 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 " + ticks + " 5 6\n";
    return file(pid, "stat", pid + " (" + name + ") " + numbers);
  }

  FakeProc file(int pid, String name, String contents) throws IOException {
    Files.write(root.resolve(pid + "/" + name), contents.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  FakeProc namespace(int pid, String namespace) throws IOException {
    return link(pid, "ns/mnt", namespace);
  }

  FakeProc socket(int pid, int descriptor, long inode) throws IOException {
    return link(pid, "fd/" + descriptor, "socket:[" + inode + "]");
  }

  FakeProc executable(int pid, Path file) throws IOException {
    return link(pid, "exe", file.toString());
  }

  FakeProc link(int pid, String name, String target) throws IOException {
    Path link = root.resolve(pid + "/" + name);
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, Path.of(target));
    return this;
  }

  void remove(int pid) throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(root.resolve(Integer.toString(pid)))) {
      all = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
