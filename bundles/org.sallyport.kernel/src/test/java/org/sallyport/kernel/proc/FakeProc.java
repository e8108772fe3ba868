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
  private int forks;

  FakeProc(Path root) throws IOException {
    this.root = root;
    Files.createDirectories(root.resolve("sys/kernel"));
    Files.writeString(root.resolve("sys/kernel/pid_max"), "32768\n");
    Files.createSymbolicLink(
        root.resolve("self"), Path.of(Long.toString(ProcessHandle.current().pid())));
    uptime(1_000_000);
    process(1, 0, "init").namespace(1, HOST);
  }

  Path root() {
    return root;
  }

  FakeProc process(int pid, int parent, String name) throws IOException {
    Files.createDirectories(root.resolve(pid + "/fd"));
    Files.createDirectories(root.resolve(pid + "/ns"));
    startTime(pid, parent, name, pid * 10L);
    file(pid, "status", "Name:\tx\nTgid:\t" + pid + "\nUid:\t0\t0\t0\t0\n");
    newestId(pid).forks(++forks);
    return namespace(pid, HOST);
  }

  /** What the kernel says about the ids it gave out. */
  FakeProc newestId(int id) throws IOException {
    Files.writeString(root.resolve("loadavg"), "0.10 0.20 0.30 1/99 " + id + "\n");
    return this;
  }

  FakeProc forks(int count) throws IOException {
    forks = count;
    Files.writeString(root.resolve("stat"), "cpu 1 2 3\nprocesses " + count + "\nbtime 5\n");
    return this;
  }

  FakeProc uptime(long ticks) throws IOException {
    String text = String.format("%d.%02d 5.00%n", ticks / 100, ticks % 100);
    Files.writeString(root.resolve("uptime"), text);
    return this;
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
