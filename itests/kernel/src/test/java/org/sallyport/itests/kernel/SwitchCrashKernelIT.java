// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sallyport.itests.kernel.kit.Await;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/**
 * The daemon is killed around each call of iptables-restore that a switch of backends makes, which
 * is where the kernel's rules change: whatever stands then enforces the policy, and the next start
 * finishes the switch. The tools it finds are wrappers in a mount namespace of its own.
 */
class SwitchCrashKernelIT {

  private static final int ALLOWED = 1201;
  private static final int DENIED = 1202;
  private static final int MOST_CALLS = 40;
  private static final String WRAPPER =
      """
      #!/bin/sh
      # Counts the calls; ends the daemon before or after the one that was named, and does its work.
      lab=FOLDER
      n=$(($(cat "$lab/calls") + 1))
      echo "$n" >"$lab/calls"
      [ "$(cat "$lab/kill")" != "before $n" ] || kill -9 "$(cat "$lab/pid")"
      "$lab/tools/${0##*/}" "$@"
      status=$?
      [ "$(cat "$lab/kill")" != "after $n" ] || kill -9 "$(cat "$lab/pid")"
      exit $status
      """;

  private Lab lab;

  @BeforeEach
  void start() throws IOException {
    lab = new Lab();
    write("kill", "never");
    write("calls", "0");
    Path tools = Files.createDirectory(lab.folder().resolve("tools"));
    List<String> command =
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount --bind /usr/sbin '"
                + tools
                + "' && mount --bind '"
                + wrappers()
                + "' /usr/sbin && exec \"$@\"",
            "sh");
    lab.daemon().startedBy(command);
    lab.daemon().start();
    lab.client().must("mode", "enforce");
    lab.client().must("default", "out", "deny");
    lab.client().rule("allow", "out", "user=" + ALLOWED);
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  /** A folder with everything of /usr/sbin, of which the two restore tools are wrapped. */
  private Path wrappers() throws IOException {
    Path folder = Files.createDirectory(lab.folder().resolve("wrappers"));
    try (var tools = Files.list(Path.of("/usr/sbin"))) {
      for (Path tool : tools.toList()) {
        Path here = folder.resolve(tool.getFileName());
        if (tool.getFileName().toString().matches("ip6?tables-nft-restore")) {
          Files.writeString(here, WRAPPER.replace("FOLDER", lab.folder().toString()));
          Files.setPosixFilePermissions(here, PosixFilePermissions.fromString("rwxr-xr-x"));
        } else {
          Files.createSymbolicLink(here, lab.folder().resolve("tools").resolve(tool.getFileName()));
        }
      }
    }
    return folder;
  }

  private void write(String name, String text) {
    try {
      Files.writeString(lab.folder().resolve(name), text + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int calls() throws IOException {
    return Integer.parseInt(Files.readString(lab.folder().resolve("calls")).strip());
  }

  @Test
  void shouldEnforceOneRevisionWhereverItDiesAndFinishForward() throws IOException {
    int dead = 0;
    for (int call = 1; call <= MOST_CALLS; call++) {
      boolean beyond = true;
      for (String when : List.of("before", "after")) {
        for (String next : List.of("owner-iptables", "nfqueue")) {
          boolean died = switchAndDie(next, when + " " + call);
          dead += died ? 1 : 0;
          beyond &= !died;
        }
      }
      if (beyond) {
        assertThat(dead).as("times the daemon was killed in a switch").isGreaterThan(7);
        return;
      }
    }
    throw new AssertionError("a switch calls iptables-restore more than " + MOST_CALLS + " times");
  }

  /** Switches to a stack and has the daemon killed on the way; whether it came to that. */
  private boolean switchAndDie(String next, String when) throws IOException {
    lab.client().must("backend-use", next.equals("nfqueue") ? "owner-iptables" : "nfqueue");
    write("pid", Long.toString(lab.daemon().pid()));
    write("calls", "0");
    write("kill", when);
    int status = lab.client().run("backend-use", next).status();
    write("kill", "never");
    boolean died = status != 0;
    assertThat(died || calls() < Integer.parseInt(when.replaceAll("\\D+", "")))
        .as("%s: exit status %d after %d calls", when, status, calls())
        .isTrue();
    if (died) {
      Await.until("the daemon is dead", Duration.ofSeconds(10), () -> !lab.daemon().isAlive());
      assertDeniedStays(next + ", killed " + when);
      lab.daemon().start();
    }
    assertThat(lab.client().json("backends").toString())
        .as("%s, killed %s", next, when)
        .contains("{\"name\":\"" + next + "\",\"active\":true,\"healthy\":true");
    assertDeniedStays(next + ", started after " + when);
    try (Program allowed = lab.program("allowed").as(ALLOWED, ALLOWED)) {
      // The same port all over: its arrivals prove nothing, an answer does.
      assertThat(allowed.tcp(Family.V4, port()).word()).as(when).isEqualTo("connected");
      assertThat(allowed.tcp(Family.V6, port()).word()).as(when).isEqualTo("connected");
    }
    return died;
  }

  private int open;
  private int closed;

  private int port() {
    open = open == 0 ? lab.server().freshPort() : open;
    return open;
  }

  private void assertDeniedStays(String when) {
    closed = closed == 0 ? lab.server().freshPort() : closed;
    try (Program denied = lab.program("denied").as(DENIED, DENIED)) {
      for (Family family : Family.values()) {
        denied.attempt(Protocol.TCP, family, closed);
        denied.attempt(Protocol.UDP, family, closed);
        assertThat(lab.server().settledArrivals(Protocol.TCP, family, closed)).as(when).isZero();
        assertThat(lab.server().settledArrivals(Protocol.UDP, family, closed)).as(when).isZero();
      }
    }
  }
}
