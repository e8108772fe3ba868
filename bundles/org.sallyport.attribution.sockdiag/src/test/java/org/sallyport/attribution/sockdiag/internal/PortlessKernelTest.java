// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.kernel.proc.ProcFs;

/**
 * A copy of perl stands for ping: with {@code cap_net_raw} for its raw socket, run by an ordinary
 * user, in a network namespace of its own that ends with it.
 */
class PortlessKernelTest {

  private static final long NOBODY = 65_534;
  private static final long CAP_NET_RAW = 1L << 13;
  private static final String READY = " or die $!; print qq(ready\\n); <STDIN>;";

  @TempDir Path folder;

  @Test
  void shouldFindTheRawSocketOfAProgramWithCapNetRaw() throws Exception {
    Path ping = program("ping");
    command("setcap", "cap_net_raw+ep", ping.toString());
    try (PerlProgram perl = inNamespace(ping, "socket(S, PF_INET, SOCK_RAW, 1)" + READY)) {
      assertThat(perl.line()).isEqualTo("ready");
      Subject subject = find(perl, echo(OptionalInt.of(7)).ofUser(NOBODY));
      assertIs(subject, ping);
      assertThat(((Fact.Known<Long>) subject.capabilities()).value()).isEqualTo(CAP_NET_RAW);
      assertThat(find(perl, echo(OptionalInt.of(7))).kind())
          .as("of another user")
          .isEqualTo(SubjectKind.UNKNOWN);
      assertThat(find(perl, TestPacket.portless(47, OptionalInt.empty()).ofUser(NOBODY)).kind())
          .as("of another protocol")
          .isEqualTo(SubjectKind.UNKNOWN);
    }
  }

  @Test
  void shouldFindTheEchoSocketByItsIdentifier() throws Exception {
    Path ping = program("ping");
    String bind = "socket(S, PF_INET, SOCK_DGRAM, 1) && bind(S, sockaddr_in(4711, INADDR_ANY))";
    try (PerlProgram perl = inNamespace(ping, bind + READY)) {
      assertThat(perl.line()).isEqualTo("ready");
      assertIs(find(perl, echo(OptionalInt.of(4711)).ofUser(NOBODY)), ping);
      assertIs(find(perl, echo(OptionalInt.empty()).ofUser(NOBODY)), ping);
      assertThat(find(perl, echo(OptionalInt.of(4712)).ofUser(NOBODY)).kind())
          .isEqualTo(SubjectKind.UNKNOWN);
    }
  }

  @Test
  void shouldLeaveToTheKernelWhatItAnswersAndGiveProgramsTheRest() throws Exception {
    Path router = program("router");
    command("setcap", "cap_net_raw+ep", router.toString());
    String both = "socket(S, PF_INET, SOCK_RAW, 89) && socket(T, PF_INET, SOCK_RAW, 1)";
    try (PerlProgram perl = inNamespace(router, both + READY)) {
      assertThat(perl.line()).isEqualTo("ready");
      TestPacket ospf = TestPacket.portless(89, OptionalInt.empty()).going(Direction.IN);
      assertIs(find(perl, ospf), router);
      assertThat(find(perl, echo(OptionalInt.of(1)).going(Direction.IN)).kind())
          .isEqualTo(SubjectKind.KERNEL);
      TestPacket gre = TestPacket.portless(47, OptionalInt.empty()).going(Direction.IN);
      assertThat(find(perl, gre).kind()).isEqualTo(SubjectKind.KERNEL);
    }
  }

  private static TestPacket echo(OptionalInt identifier) {
    return TestPacket.portless(IpProtocol.ICMP, identifier);
  }

  private static void assertIs(Subject subject, Path program) {
    assertThat(subject.kind()).isEqualTo(SubjectKind.PROCESS);
    assertThat(((Fact.Known<Executable>) subject.executable()).value().path())
        .isEqualTo(program.toString());
  }

  /** The tables of sockets are those of the program's namespace. */
  private Subject find(PerlProgram perl, TestPacket packet) throws IOException {
    Path root = Files.createTempDirectory(folder, "proc");
    try (Stream<Path> all = Files.list(ProcFs.ROOT)) {
      for (Path entry : all.toList()) {
        Path target = entry.endsWith("net") ? Path.of("/proc/" + perl.pid() + "/net") : entry;
        Files.createSymbolicLink(root.resolve(entry.getFileName()), target);
      }
    }
    SockdiagSource source = new SockdiagSource(new ProcFs(root));
    try (SubjectLookup lookup = source.open()) {
      return Subject.copyOf(lookup.find(packet, System.nanoTime() + TimeUnit.SECONDS.toNanos(20)));
    } finally {
      source.close();
    }
  }

  private Path program(String name) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path copy = folder.resolve(name);
    Files.copy(Path.of("/usr/bin/perl"), copy, StandardCopyOption.COPY_ATTRIBUTES);
    return copy;
  }

  private static PerlProgram inNamespace(Path program, String script) throws IOException {
    String allow = "echo '0 2147483647' > /proc/sys/net/ipv4/ping_group_range; exec \"$@\"";
    return new PerlProgram(
        List.of(
            "unshare",
            "-n",
            "sh",
            "-c",
            allow,
            "sh",
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            program.toString()),
        script);
  }

  private static void command(String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
