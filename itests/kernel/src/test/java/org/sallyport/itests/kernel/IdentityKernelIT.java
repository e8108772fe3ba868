// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Family;
import org.sallyport.itests.kernel.kit.Follower;
import org.sallyport.itests.kernel.kit.Lab;
import org.sallyport.itests.kernel.kit.Launch;
import org.sallyport.itests.kernel.kit.Program;
import org.sallyport.itests.kernel.kit.Protocol;

/** Scripts, applications, containers and the group at sending, of real programs. */
class IdentityKernelIT {

  private static final int NOBODY = 65_534;
  private static final String ID = "ab12".repeat(16);
  private static final String TOP = "/sallyport-it-" + ProcessHandle.current().pid();
  private static Lab lab;
  private static Path mount;

  @BeforeAll
  static void start() {
    lab = Lab.enforcing();
    mount = Path.of(Command.of("findmnt", "-nfo", "TARGET", "-t", "cgroup2").must().out().strip());
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @AfterEach
  void removeRules() {
    lab.client().must("default", "out", "allow");
    lab.client().clear();
  }

  /** A script in the program's folder, which does what the program does. */
  private static Path script(String name, String interpreter) throws IOException {
    Path script = lab.folder().resolve(name);
    Path program = lab.folder().resolve("program.pl");
    Files.writeString(
        script, "#!" + lab.executable(interpreter) + "\n@ARGV = ();\ndo '" + program + "';\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @ParameterizedTest
  @EnumSource
  void shouldDenyAScriptAndNotItsInterpreter(Protocol protocol) throws Exception {
    Path script = script("tool", "interpreter");
    Path sibling = script("other-tool", "interpreter");
    try (Program tool = lab.program("tool");
        Program other = lab.program("other-tool");
        Program plain = lab.program("interpreter")) {
      String id = lab.client().rule("deny", "out", "process.script=" + script);

      assertCutOff(tool, protocol);
      JsonNode last = lab.client().json("explain", "last");
      assertThat(last.get("decision").get("rule").asText()).isEqualTo(id);
      assertThat(last.get("subject").get("script").asText()).isEqualTo(script.toString());
      assertThat(last.get("subject").get("exe").asText()).isEqualTo(plain.path());
      assertConnected(other, protocol);
      assertThat(lab.client().json("explain", "last").get("subject").get("script").asText())
          .isEqualTo(sibling.toString());
      assertConnected(plain, protocol);
      assertThat(lab.client().json("explain", "last").get("subject").get("script").asText())
          .as("it was started by its own name")
          .isEmpty();
    }
  }

  @Test
  void shouldTellThatAnInterpreterWasStartedForNoScript() throws Exception {
    script("tool", "interpreter");
    try (Program tool = lab.program("tool");
        Program plain = lab.program("interpreter")) {
      lab.client().rule("deny", "out", "process.exe=" + plain.path(), "process.script=none");

      assertCutOff(plain, Protocol.TCP);
      assertConnected(tool, Protocol.TCP);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "app-flatpak-org.example.My\\x2dTool-4711.scope, process.app=flatpak:org.example.My-Tool",
    "snap.tool.daemon.service,                       process.app=snap:tool",
    "docker-ID.scope,                           process.container=ID",
    "lxc.payload.web,                                process.container=web",
  })
  void shouldDenyWhatTheCgroupIsNamedAfter(String name, String written) throws Exception {
    String criterion = written.replace("ID", ID);
    try (Cgroup cgroup = new Cgroup(TOP, name.replace("ID", ID));
        Program meant = cgroup.program();
        Program usual = lab.program("program")) {
      lab.client().rule("deny", "out", criterion);

      assertCutOff(meant, Protocol.TCP);
      String actual = criterion.substring(criterion.indexOf('=') + 1);
      assertThat(lab.client().json("explain", "last").get("subject").toString()).contains(actual);
      assertCutOff(meant, Protocol.UDP);
      assertConnected(usual, Protocol.TCP);
      assertConnected(usual, Protocol.UDP);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"process.app", "process.container"})
  void shouldTellThatAProgramBelongsToNone(String attribute) throws Exception {
    String name =
        attribute.endsWith("app") ? "snap.tool.daemon.service" : "docker-" + ID + ".scope";
    try (Cgroup cgroup = new Cgroup(TOP, name);
        Program meant = cgroup.program();
        Program usual = lab.program("program")) {
      lab.client().rule("deny", "out", "process.exe=" + usual.path(), attribute + "=none");

      assertCutOff(usual, Protocol.UDP);
      assertConnected(meant, Protocol.UDP);
      lab.client().clear();
      lab.client().rule("deny", "out", "process.exe=" + usual.path(), "!" + attribute + "=none");
      assertCutOff(meant, Protocol.UDP);
      assertConnected(usual, Protocol.UDP);
    }
  }

  /** Whoever has a cgroup tree of his own makes the name of any container or application in it. */
  @ParameterizedTest
  @CsvSource({
    "docker-ID.scope,             process.container=ID",
    "app-flatpak-org.x.Tool-1.scope,   process.app=flatpak:org.x.Tool",
  })
  void shouldGrantNothingToWhoPoses(String name, String written) throws Exception {
    String claim = written.replace("ID", ID);
    Path own =
        Files.createDirectories(mount.resolve(TOP.substring(1)).resolve("user@65534.service"));
    try {
      Command.of("chown", NOBODY + ":" + NOBODY, own.toString()).must();
      Path posing = own.resolve(name.replace("ID", ID));
      String[] nobody = {"setpriv", "--reuid=" + NOBODY, "--clear-groups", "mkdir", "" + posing};
      Command.of(nobody).must();
      try (Cgroup cgroup =
              new Cgroup(TOP + "/user@65534.service", posing.getFileName().toString());
          Program poser = cgroup.program()) {
        lab.client().must("default", "out", "deny");

        Command.Result alone = lab.client().run("allow", "out", claim);
        assertThat(alone.status()).isEqualTo(1);
        assertThat(alone.err()).contains("cannot rest on", "any program could claim it");
        assertCutOff(poser, Protocol.TCP);

        lab.client().rule("allow", "out", claim, "process.exe=" + lab.executable("another"));
        assertCutOff(poser, Protocol.TCP);
        lab.client().rule("allow", "out", claim, "process.exe=" + poser.path());
        assertConnected(poser, Protocol.TCP);
      }
    } finally {
      Files.deleteIfExists(own);
      Files.deleteIfExists(own.getParent());
    }
  }

  @Test
  void shouldRefuseToGrantByAScript() {
    Command.Result result = lab.client().run("allow", "out", "process.script=/opt/tool");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("cannot rest on process.script");
  }

  @Test
  void shouldShowWhoSendsBesideWhoOpenedTheSocket() {
    int port = lab.server().freshPort();
    try (Program program = lab.program("program");
        Follower watch = lab.client().follow("watch", "--json")) {
      int first = lab.server().freshPort();
      watch.awaitAfter("the watch", () -> program.udp(Family.V4, first), isTo(first));
      program.as(NOBODY, NOBODY).also(Family.V4, port);

      JsonNode subject = watch.await("the flow", isTo(port)).get("subject");

      assertThat(subject.get("uid").asInt()).isZero();
      assertThat(subject.get("gid").asInt()).isZero();
      assertThat(subject.get("processUid").asInt()).isEqualTo(NOBODY);
      assertThat(subject.get("processGid").asInt()).isEqualTo(NOBODY);
      assertThat(subject.get("script").asText()).isEmpty();
      assertThat(lab.client().must("explain", "last")).contains("user now ", "group now ");

      lab.client().rule("deny", "out", "process.group=" + NOBODY, "!group=" + NOBODY);
      int denied = lab.server().freshPort();
      assertThat(program.patientFor(1).also(Family.V4, denied).word()).isEqualTo("timeout");
      assertThat(lab.server().settledArrivals(Protocol.UDP, Family.V4, denied)).isZero();
    }
  }

  private static Predicate<JsonNode> isTo(int port) {
    return event -> event.get("flow").get("remote").get("port").asInt() == port;
  }

  private static void assertCutOff(Program program, Protocol protocol) {
    int port = lab.server().freshPort();
    assertThat(program.patientFor(1).talk(protocol, Family.V4, port).word()).isEqualTo("timeout");
    assertThat(lab.server().settledArrivals(protocol, Family.V4, port)).isZero();
  }

  private static void assertConnected(Program program, Protocol protocol) {
    int port = lab.server().freshPort();
    assertThat(program.patientFor(5).talk(protocol, Family.V4, port).word())
        .isEqualTo(protocol.arrives());
    assertThat(lab.server().arrivals(protocol, Family.V4, port)).isPositive();
  }

  /** A cgroup of any name; removed with the one above it, after its program. */
  private static final class Cgroup implements AutoCloseable {

    private final String path;

    Cgroup(String above, String name) throws IOException {
      path = above + "/" + name;
      Files.createDirectories(mount.resolve(path.substring(1)));
    }

    Program program() {
      List<String> launch = Launch.with("--cgroup", path);
      return lab.programBy(launch, "program");
    }

    @Override
    public void close() throws IOException {
      Path folder = mount.resolve(path.substring(1));
      Files.delete(folder);
      Files.delete(folder.getParent());
    }
  }
}
