// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.ReadOnlyCommand;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;

class CommandsTest {

  private final Console console = new Console();

  @Test
  void shouldPrintTheIdAsTheLastWordWhenARuleIsAdded() {
    assertThat(console.run(new AllowCommand(), "out", "proto=tcp")).isZero();
    assertThat(console.out()).isEqualTo("added rule web\n");
    assertThat(console.run(new AllowCommand(), "out", "--dry-run")).isZero();
    assertThat(console.out()).isEqualTo("would add rule web\n");
  }

  @Test
  void shouldShowAndResetPlugins() {
    assertThat(console.run(new PluginsCommand())).isZero();
    assertThat(console.out())
        .contains("org.example.geo", "quarantined", "612000", "last fault: answered after \\u001b");
    assertThat(console.run(new PluginResetCommand(), "org.example.geo", "--dry-run")).isZero();
    assertThat(console.out()).isEqualTo("would reset plugin org.example.geo\n");
    assertThat(console.run(new PluginResetCommand(), "org.example.geo")).isZero();
    assertThat(console.out()).isEqualTo("reset plugin org.example.geo\n");
    assertThat(console.run(new PluginResetCommand(), "nobody")).isEqualTo(1);
    assertThat(console.run(new PluginResetCommand())).isEqualTo(2);
  }

  @Test
  void shouldStartTheTextWithTheAction() {
    console.run(new DenyCommand(), "out");
    console.run(new RejectCommand(), "out");
    console.run(new LogCommand(), "out");
    assertThat(console.admin.asked.toString())
        .contains("words=[deny, out]", "words=[reject, out]", "words=[log, out]");
  }

  @Test
  void shouldSay2ForWrongUsage() {
    assertThat(console.run(new AllowCommand())).isEqualTo(2);
    assertThat(console.run(new AllowCommand(), "out", "--colour")).isEqualTo(2);
    assertThat(console.run(new AllowCommand(), "out", "--priority", "high")).isEqualTo(2);
    assertThat(console.run(new AllowCommand(), "out", "--once", "--for", "1h")).isEqualTo(2);
    assertThat(console.run(new AllowCommand(), "out", "--id", "a", "--id", "b")).isEqualTo(2);
    assertThat(console.run(new ShowCommand())).isEqualTo(2);
    assertThat(console.run(new ShowCommand(), "a", "b")).isEqualTo(2);
    assertThat(console.run(new ModeCommand(), "off")).isEqualTo(2);
    assertThat(console.err()).isEqualTo("sallyport: 'off' is no mode (one of observe, enforce)\n");
    assertThat(console.run(new FailCommand(), "queue-full")).isEqualTo(2);
    assertThat(console.admin.asked).isEmpty();
  }

  @Test
  void shouldSay1ForWhatIsRefused() {
    assertThat(console.run(new ShowCommand(), "nix")).isEqualTo(1);
    assertThat(console.err()).isEqualTo("sallyport: there is no rule nix (see fw:rules)\n");
    assertThat(console.out()).isEmpty();
  }

  @Test
  void shouldGiveErrorsAsJsonEvenIfTheArgumentsAreWrong() {
    assertThat(console.run(new ShowCommand(), "nix", "--json")).isEqualTo(1);
    assertThat(console.err())
        .isEqualTo(
            "{\"error\":{\"message\":\"there is no rule nix\",\"where\":\"\",\"hint\":\"see fw:rules\"}}\n");
    assertThat(console.run(new ShowCommand(), "--json")).isEqualTo(2);
    assertThat(console.err()).startsWith("{\"error\":{\"message\":");
  }

  @Test
  void shouldSaySoInOneSentenceWhenACommandBreaks() {
    assertThat(console.run(new ExplainCommand(new UserNames(Path.of("/nix"))), "last"))
        .isEqualTo(1);
    assertThat(console.err()).startsWith("sallyport: explain: ").doesNotContain("\tat ");
  }

  @Test
  void shouldSetWhatTheWordsSay() {
    assertThat(console.run(new DefaultCommand(), "in", "deny")).isZero();
    assertThat(console.run(new DefaultCommand(), "reject", "--dry-run")).isZero();
    assertThat(console.out()).isEqualTo("would set default out reject\n");
    assertThat(console.run(new ModeCommand(), "enforce")).isZero();
    assertThat(console.out()).isEqualTo("mode enforce\n");
    assertThat(console.run(new FailCommand(), "closed")).isZero();
    assertThat(console.run(new FailCommand(), "queue-full", "accept", "--json")).isZero();
    assertThat(console.out())
        .isEqualTo("{\"situation\":\"queue-full\",\"choice\":\"accept\",\"dryRun\":false}\n");
    assertThat(console.run(new DownCommand())).isZero();
    assertThat(console.run(new UpCommand(), "--dry-run")).isZero();
    assertThat(console.run(new RemoveCommand(), "web")).isZero();
    assertThat(console.out()).isEqualTo("removed rule web\n");
    assertThat(console.run(new EnableCommand(), "web")).isZero();
    assertThat(console.run(new DisableCommand(), "--dry-run", "web")).isZero();
    assertThat(console.admin.asked)
        .containsExactly(
            List.of(Direction.IN, Verdict.DENY, Execution.APPLY),
            List.of(Direction.OUT, Verdict.REJECT, Execution.DRY_RUN),
            List.of(Mode.ENFORCE, Execution.APPLY),
            List.of("closed", true, Execution.APPLY),
            List.of(Situation.QUEUE_FULL, Choice.ACCEPT, Execution.APPLY),
            List.of("down", Execution.APPLY),
            List.of("up", Execution.DRY_RUN),
            List.of("remove", "web", Execution.APPLY),
            List.of("enabled", "web", true, Execution.APPLY),
            List.of("enabled", "web", false, Execution.DRY_RUN));
  }

  @Test
  void shouldTellThatTheClientStartsProgramsWhateverTheirOptions() {
    assertThat(console.run(new LaunchCommand(), "--group", "noinet", "curl", "--colour", "-x"))
        .isEqualTo(1);
    assertThat(console.err())
        .startsWith("sallyport: launch: programs are started by the client")
        .contains("sallyport launch --help");
    assertThat(console.run(new LaunchCommand())).isEqualTo(1);
    assertThat(console.run(new LaunchCommand(), "--colour", "curl")).isEqualTo(2);
    assertThat(console.run(new LaunchCommand(), "--help")).isZero();
    assertThat(console.out()).contains("--no-network", "--group", "--cgroup", "--user");
    assertThat(console.admin.asked).isEmpty();
  }

  @Test
  void shouldHaveHelpJsonAndForChangesDryRun() {
    for (CommandAdapter command : FwCommands.all(console.admin)) {
      assertThat(command.execute(new TestSession(), List.of("--help")))
          .describedAs(command.getName())
          .isEqualTo(0);
      assertThat(command.getDescription()).isNotEmpty();
      assertThat(command.getScope()).isEqualTo("fw");
    }
  }

  @Test
  void shouldAgreeWithTheAccessList() throws Exception {
    Properties acl = new Properties();
    acl.load(
        Files.newBufferedReader(
            Path.of(
                "../../karaf-assembly/src/main/distribution/etc/org.apache.karaf.command.acl.fw.cfg")));
    for (CommandAdapter command : FwCommands.all(console.admin)) {
      boolean reads = command instanceof ReadOnlyCommand;
      assertThat(acl.getProperty(command.getName()))
          .describedAs(command.getName())
          .isEqualTo(reads ? "viewer" : "admin");
    }
  }

  @Test
  void shouldFitEightyColumnsAndDrawBoxesOnATerminalOnly() {
    Console terminal = new Console(80);
    assertThat(terminal.run(new RulesCommand())).isZero();
    assertThat(terminal.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(terminal.out()).contains("│").contains("unresolved");
    assertThat(console.run(new RulesCommand())).isZero();
    assertThat(console.out()).contains(FakeAdmin.WEB.text()).contains("|").doesNotContain("│");
  }

  @Test
  void shouldEscapeWhatOthersWrote() {
    assertThat(console.run(new ShowCommand(), "web")).isZero();
    assertThat(console.out()).contains("evil \\u001b[31m\\u202e\\u0085 comment");
  }

  @Test
  void shouldShowTheStateToAPerson() {
    assertThat(console.run(new StatusCommand())).isZero();
    assertThat(console.out())
        .contains("observe", "out allow, in deny", "not healthy: slow", "/etc/x.yaml:7")
        .contains("queue-full", "AF_PACKET");
    assertThat(console.run(new BackendsCommand())).isZero();
    assertThat(console.out()).contains("nfqueue");
    assertThat(console.run(new StoresCommand())).isZero();
    assertThat(console.out()).contains("stale", "/etc/x.yaml:7: no such attribute");
  }
}
