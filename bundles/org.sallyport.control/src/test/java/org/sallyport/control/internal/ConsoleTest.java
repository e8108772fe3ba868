// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real client on a pseudo-terminal that script(1) makes, with Karaf's real console behind. */
@Timeout(60)
class ConsoleTest {

  private static final List<String> KARAF = List.of("karaf.etc", "karaf.home", "karaf.history");

  @TempDir private Path folder;
  private Served served;

  @BeforeEach
  void serve() throws IOException {
    KARAF.forEach(name -> System.setProperty(name, folder.resolve(name).toString()));
    served = new Served(folder);
  }

  @AfterEach
  void stop() throws IOException {
    served.close();
    KARAF.forEach(System::clearProperty);
  }

  private Process console() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            "script",
            "-qefc",
            "stty rows 30 cols 100; perl '" + Served.CLIENT + "' console",
            "/dev/null");
    served.environment(builder.environment());
    return builder.redirectErrorStream(true).start();
  }

  private static void type(Process process, String keys) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write(keys.getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  /** Reads what the terminal shows until a text appears. */
  private static String until(Process process, String text) throws IOException {
    StringBuilder shown = new StringBuilder();
    while (shown.indexOf(text) < 0) {
      int c = process.getInputStream().read();
      if (c < 0) {
        throw new AssertionError("the terminal ended after: " + shown);
      }
      shown.append((char) c);
    }
    return shown.toString();
  }

  @Test
  void shouldRunCommandsLineByLineUntilExit() throws Exception {
    Process console = console();
    until(console, "> ");
    type(console, "echo he\"l\"lo$COLUMNS\r");
    until(console, "hello100");
    type(console, "fw:keep 'a b'\r");
    until(console, "> ");
    type(console, "exit\r");
    assertThat(console.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(console.exitValue()).isZero();
    assertThat(served.shell.kept).containsExactly(List.of("a b"));
    assertThat(served.run("status").status()).isZero();
  }

  @Test
  void shouldEndOnControlD() throws Exception {
    Process console = console();
    until(console, "> ");
    type(console, "\u0004");
    assertThat(console.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(console.exitValue()).isZero();
    assertThat(served.run("status").status()).isZero();
  }

  @Test
  void shouldInterruptACommandOnControlCAndGoOn() throws Exception {
    served.shell.add(
        new TestShell.Plain(
            "fw",
            "hang",
            (session, arguments) -> {
              session.getConsole().println("hanging now");
              session.getConsole().flush();
              new java.util.concurrent.CountDownLatch(1).await();
              return null;
            }));
    Process console = console();
    until(console, "> ");
    type(console, "fw:hang\r");
    until(console, "hanging now");
    type(console, "\u0003");
    until(console, "> ");
    type(console, "echo still\"-\"here\r");
    until(console, "still-here");
    type(console, "exit\r");
    assertThat(console.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.exists(served.socket())).isTrue();
  }
}
