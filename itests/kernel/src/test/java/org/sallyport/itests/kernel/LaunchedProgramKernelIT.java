// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.itests.kernel.kit.Command;
import org.sallyport.itests.kernel.kit.Launch;

/** A launched program is the client's process and has what its caller has; no daemon is there. */
class LaunchedProgramKernelIT {

  private static final List<String> NOBODY = Launch.with("--user", "nobody");

  private static Command.Result run(List<String> launch, String... program) {
    return Launch.command(launch, program).run();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          exit 0 | 0
          exit 7 | 7
          exit 255 | 255
          kill -TERM $$ | 143
          kill -KILL $$ | 137
          """)
  void shouldEndAsTheProgramEnds(String script, int status) {
    assertThat(run(NOBODY, "sh", "-c", script)).isEqualTo(new Command.Result(status, "", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "no-such-program,127,was not found",
    "/no/such/program,127,was not found",
    "'',127,was not found",
    "/etc/passwd,126,cannot be run",
    "/,126,cannot be run",
  })
  void shouldSayAsAShellDoesWhatCannotBeRun(String program, int status, String message) {
    Command.Result result = run(NOBODY, program);

    assertThat(result.status()).isEqualTo(status);
    assertThat(result.err()).startsWith("sallyport: " + program).contains(message).hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " a  b ",
        "$(reboot) `id` $HOME ${x} *",
        "a;b|c&d>e<f",
        "it's \"quoted\" back\\slash",
        "a\nb\tc\u001b[31m",
        "é 漢字 \uD83D\uDD25",
        "--",
        "--help",
        "--json",
        "--user=root",
        "-h",
        "#x",
        "@file",
      })
  void shouldHandArgumentsOverUnchanged(String strange) {
    for (List<String> launch : List.of(NOBODY, Launch.with("--user", "nobody", "--"))) {
      assertThat(run(launch, "printf", "%s.", "--user", strange, "last", strange).out())
          .isEqualTo("--user." + strange + ".last." + strange + ".");
    }
  }

  @Test
  void shouldHandOverArgumentsThatAreNoText() {
    String script = "\"$@\" \"$(printf '\\377\\300')\" | od -An -tx1";
    List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    words.addAll(NOBODY);

    for (String unicode : List.of("", "SDA")) {
      Command command = Launch.command(words, "printf", "%s");
      assertThat(command.with(Map.of("PERL_UNICODE", unicode)).must().out().strip())
          .isEqualTo("ff c0");
    }
  }

  @Test
  void shouldBeTheVeryProcessThatTheCallerStarted() {
    String script = "echo $$; exec \"$@\"";
    List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    words.addAll(NOBODY);

    List<String> pids = Launch.command(words, "sh", "-c", "echo $$").must().out().lines().toList();

    assertThat(pids).hasSize(2);
    assertThat(pids.get(0)).isEqualTo(pids.get(1));
  }

  @Test
  void shouldKeepTheTerminal() {
    String line = "tty; " + String.join(" ", NOBODY) + " sh -c 'tty; test -t 1 && echo shown'";

    List<String> said =
        Command.of("script", "-qec", line, "/dev/null").must().out().lines().toList();

    assertThat(said).hasSize(3);
    assertThat(said.get(0)).startsWith("/dev/pts/").isEqualTo(said.get(1));
    assertThat(said.get(2)).isEqualTo("shown");
  }

  @Test
  void shouldKeepLimitsFolderMaskAndSignals() {
    String state =
        "ulimit -n; pwd; umask; grep -E '^Sig(Blk|Ign|Cgt)|^NoNewPrivs' /proc/self/status";
    String around = "cd /usr; umask 027; ulimit -n 77; trap '' PIPE QUIT; ";
    String launched = around + String.join(" ", NOBODY) + " sh -c \"" + state + "\"";

    String usual = Command.of("sh", "-c", around + "sh -c \"" + state + "\"").must().out();

    assertThat(usual).startsWith("77\n/usr\n0027\n");
    assertThat(Command.of("sh", "-c", launched).must().out()).isEqualTo(usual);
  }

  @Test
  void shouldLeaveNoOpenFileBehind() {
    String[] list = {"find", "/proc/self/fd", "-printf", "%f\\n"};
    String[] options = {"--no-network", "--user", "nobody", "--group", "games"};

    assertThat(run(Launch.with(options), list).out()).isEqualTo(Command.of(list).must().out());
  }

  @Test
  void shouldSetOnlyWhatNamesTheUserInTheEnvironment() {
    String script = "echo \"$HOME $SHELL $USER $LOGNAME $KEPT\"";
    Command command = Launch.command(NOBODY, "sh", "-c", script);
    String home = home("nobody");

    assertThat(command.with(Map.of("KEPT", "as it was", "USER", "root")).must().out())
        .isEqualTo(home + " /usr/sbin/nologin nobody nobody as it was\n");
    Command group = Launch.command(Launch.with("--group", "games"), "sh", "-c", "echo \"$USER\"");
    assertThat(group.with(Map.of("USER", "somebody")).must().out()).isEqualTo("somebody\n");
  }

  private static String home(String user) {
    return Command.of("getent", "passwd", user).must().out().split(":", -1)[5];
  }

  @Test
  void shouldKeepEveryGroupOfTheCallerBesideTheNewOne() {
    List<String> caller = List.of("setpriv", "--regid=7", "--groups=4,5");

    String status = run(Launch.after(caller, "--group=games"), "cat", "/proc/self/status").out();

    assertThat(line(status, "Gid:")).containsExactly("60", "60", "60", "60");
    assertThat(line(status, "Uid:")).containsExactly("0", "0", "0", "0");
    assertThat(line(status, "Groups:")).containsExactlyInAnyOrder("4", "5", "7");
  }

  @Test
  void shouldNotDependOnMoreThanTheSmallestPerl() {
    String hide =
        "for d in /usr/share/perl /usr/share/perl5 /usr/lib/*/perl /usr/lib/*/perl5; do"
            + " [ ! -d $d ] || mount -t tmpfs none $d; done; exec \"$@\"";
    List<String> before =
        List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", hide, "sh");
    List<String> all = new ArrayList<>(before);
    all.addAll(Launch.with("--no-network", "--user", "nobody", "--group", "games"));

    assertThat(Launch.command(before, "perl", "-MTime::HiRes", "-e", "1").run().status())
        .as("more than the smallest perl is gone")
        .isNotZero();
    assertThat(run(all, "id", "-gn")).isEqualTo(new Command.Result(0, "games\n", ""));
  }

  private static List<String> line(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .flatMap(line -> List.of(line.substring(name.length()).strip().split("\\s+")).stream())
        .toList();
  }
}
