// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.itests.kernel.kit.Client;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Launch;
import org.sallyport.itests.kernel.kit.PrivateEtc;

/** What launch refuses, what it makes on request, and that nobody gains a right by it. */
class LaunchRightsKernelIT {

  private static final int NOBODY = 65_534;

  private static PrivateEtc etc;

  @TempDir Path folder;

  @BeforeEach
  void letEverybodyPass() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @BeforeAll
  static void makeUsers() {
    etc = new PrivateEtc();
    etc.append("passwd", "somebody:x:4242:4243::/home/somebody:");
    etc.append("group", "somebody:x:4243:");
    etc.append("group", "first:x:4244:other,somebody");
    etc.append("group", "second:x:4245:somebody");
    etc.append("group", "hers:x:4246:other");
  }

  @AfterAll
  static void forget() {
    etc.close();
  }

  private Command.Result launch(List<String> options, String... program) {
    return Launch.command(Launch.after(etc.inside(), options.toArray(String[]::new)), program)
        .run();
  }

  @Test
  void shouldGiveTheProgramTheUserWithAllGroupsForGood() {
    String status = launch(List.of("--user=somebody"), "cat", "/proc/self/status").out();
    assertThat(fields(status, "Uid")).isEqualTo("4242 4242 4242 4242");
    assertThat(fields(status, "Gid")).isEqualTo("4243 4243 4243 4243");
    assertThat(fields(status, "Groups")).isEqualTo("4243 4244 4245");
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapAmb")) {
      assertThat(fields(status, set)).as(set).isEqualTo("0000000000000000");
    }

    List<String> options = List.of("--group", "hers", "--user", "4242");
    status = launch(options, "cat", "/proc/self/status").out();
    assertThat(fields(status, "Uid")).isEqualTo("4242 4242 4242 4242");
    assertThat(fields(status, "Gid")).isEqualTo("4246 4246 4246 4246");
    assertThat(fields(status, "Groups")).isEqualTo("4243 4244 4245");
  }

  @Test
  void shouldMakeAGroupOnRequestOnceAndNeverUnasked() {
    assertThat(launch(List.of("--group", "noinet"), "true"))
        .isEqualTo(refused("there is no group noinet (with --create it is made)"));
    assertThat(launch(List.of("--group=noinet", "--create", "--dry-run"), "true").out())
        .isEqualTo("would launch true in the group noinet (to be made)\n");
    assertThat(etc.lines("group")).noneMatch(line -> line.startsWith("noinet:"));

    assertThat(launch(List.of("--group", "noinet", "--create"), "id", "-gn"))
        .isEqualTo(new Command.Result(0, "noinet\n", ""));

    List<String> made = etc.lines("group");
    assertThat(made).filteredOn(line -> line.startsWith("noinet:")).hasSize(1);
    assertThat(launch(List.of("--group", "noinet", "--create"), "id", "-gn").out())
        .isEqualTo("noinet\n");
    assertThat(etc.lines("group")).isEqualTo(made);
  }

  @Test
  void shouldMakeACgroupOnRequestAndNeverUnasked() {
    String path = "/sallyport-it-rights-" + ProcessHandle.current().pid();
    String mount = Command.of("findmnt", "-nfo", "TARGET", "-t", "cgroup2").must().out().strip();
    assertThat(launch(List.of("--cgroup", path + "/a"), "true"))
        .isEqualTo(refused("there is no cgroup " + path + "/a (with --create it is made)"));
    assertThat(Path.of(mount + path)).doesNotExist();
    try {
      for (String given : List.of(path + "/a", path + "/a/", mount + path + "/a")) {
        String all =
            launch(List.of("--create", "--cgroup=" + given), "cat", "/proc/self/cgroup").out();
        assertThat(all.lines()).contains("0::" + path + "/a");
      }
    } finally {
      Command.of("rmdir", mount + path + "/a", mount + path).must();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "/..", "/a/../b", "/./a", "a", "/", "//a", "/a\nb"})
  void shouldTakeNoPathThatLeadsElsewhere(String path) {
    Command.Result result = launch(List.of("--create", "--cgroup=" + path), "true");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("sallyport: ").contains("no path of a cgroup");
  }

  @ParameterizedTest
  @CsvSource({
    "--user=no-such-user,there is no user no-such-user",
    "--user=4294967296,there is no user 4294967296",
    "--group=4294967356,there is no group 4294967356 (with --create it is made)",
  })
  void shouldRefuseWhoIsNotThere(String option, String message) {
    assertThat(launch(List.of(option), "true")).isEqualTo(refused(message));
  }

  @ParameterizedTest
  @CsvSource({
    "--bounding-set=-setgid,--group=games,the kernel did not take the group",
    "--bounding-set=-setuid,--user=nobody,the kernel did not take the user",
    "--bounding-set=-sys_admin,--no-network,the kernel refuses a network namespace",
    "--securebits=+no_setuid_fixup,--user=nobody,rights of root would stay",
  })
  void shouldStartNothingWhereTheKernelDidNotDoWhatWasAsked(
      String limit, String option, String message) {
    Command.Result result =
        Launch.command(Launch.after(List.of("setpriv", limit), option), "echo", "started").run();

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("sallyport: " + message).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "--group=games,--group",
    "--no-network --group=noinet --create,--group",
    "--no-network --cgroup=/sallyport-it-never --create,--cgroup",
    "--user=nobody,--user",
    "--no-network --user=root,--user",
  })
  void shouldLetOthersThanRootLeaveTheNetworkOnly(String options, String refused) {
    List<String> launch = Launch.by(NOBODY, folder, options.split(" "));

    assertThat(Launch.command(launch, "true").run())
        .isEqualTo(
            refused(
                "only root may use "
                    + refused
                    + " (try sudo, with --user for who runs the program; --no-network needs no root)"));
  }

  @Test
  void shouldGiveOthersThanRootNoRightTheyHadNot() throws IOException {
    Path setUser = Files.copy(Path.of("/usr/bin/id"), folder.resolve("set-user-id"));
    Files.setPosixFilePermissions(setUser, PosixFilePermissions.fromString("rwxr-xr-x"));
    Command.of("chmod", "u+s", setUser.toString()).must();
    List<String> launch = Launch.by(NOBODY, folder, "--no-network");

    String status = Launch.command(launch, "cat", "/proc/self/status").must().out();

    assertThat(fields(status, "Uid")).isEqualTo("65534 65534 65534 65534");
    assertThat(fields(status, "Gid")).isEqualTo("65534 65534 65534 65534");
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapAmb")) {
      assertThat(fields(status, set)).as(set).isEqualTo("0000000000000000");
    }
    assertThat(Launch.command(launch.subList(0, 4), setUser + "", "-u").must().out())
        .as("what the file gives who is not launched")
        .isEqualTo("0\n");
    assertThat(Launch.command(launch, setUser + "", "-u").must().out()).isEqualTo("65534\n");
  }

  @Test
  void shouldSayWhyWhereUsersMayMakeNoNamespaces() {
    // The kernel makes no user namespace for who is in a chroot.
    String inRoot = "mount --rbind / \"$0\" && exec chroot \"$0\" \"$@\"";
    List<String> words =
        new ArrayList<>(
            List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", inRoot));
    words.add(folder.resolve("root").toString());
    words.addAll(Launch.by(NOBODY, folder, "--no-network"));
    folder.resolve("root").toFile().mkdir();

    Command.Result result = Launch.command(words, "echo", "started").run();

    assertThat(result.status()).as(result.err()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("sallyport: the kernel refuses a network namespace to this user: Operation not")
        .contains("sudo sallyport launch --no-network");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          true                              | launch needs one of
          --no-network                      | launch needs a program
          --no-network --                   | launch needs a program
          --no-net true                     | launch has no option --no-net
          --no-network=yes true             | launch has no option --no-network=yes
          --group                           | a value is missing after --group
          --group= true                     | a value is missing after --group
          --group --create true             | a value is missing after --group
          --user nobody --user root true    | --user is given twice
          --no-network --create true        | --create goes with
          --group No! --create true         | No! is no name for a new group
          """)
  void shouldCallWrongUsageWhatMakesNoSense(String line, String message) {
    Command.Result result = Launch.command(Launch.with(line.split(" "))).run();

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("sallyport: " + message).hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void shouldTakeOptionsBeforeTheWordAndTheScopeWithIt() {
    String launcher = Launch.with().get(0);

    assertThat(Command.of(launcher, "--group", "games", "fw:launch", "id", "-gn").must().out())
        .isEqualTo("games\n");
    assertThat(Command.of(launcher, "help", "launch").must().out())
        .isEqualTo(Command.of(launcher, "launch", "--help").must().out())
        .startsWith("Usage: sallyport launch");
    String error = Command.of(launcher, "launch", "--json", "--user=x-y", "true").run().err();
    assertThat(Client.parse(error).get("error").get("message").asText())
        .isEqualTo("there is no user x-y");
    assertThat(Command.of(launcher, "launch", "--user=x-y", "true", "--json").run().err())
        .startsWith("sallyport: ");
  }

  private static Command.Result refused(String message) {
    return new Command.Result(1, "", "sallyport: " + message + "\n");
  }

  private static String fields(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip().replaceAll("\\s+", " "))
        .findFirst()
        .orElseThrow();
  }
}
