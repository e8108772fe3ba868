// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.sallyport.api.admin.FirewallAdmin;

/** The commands are there and tell what they do. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class CommandsKarafIT {

  private static final List<String> PROMISED =
      List.of(
          "status",
          "rules",
          "show",
          "allow",
          "deny",
          "reject",
          "log",
          "remove",
          "enable",
          "disable",
          "default",
          "mode",
          "fail",
          "explain",
          "watch",
          "history",
          "diff",
          "export",
          "apply",
          "confirm",
          "rollback",
          "backend-use",
          "store-use",
          "attribution",
          "attribution-use",
          "plan",
          "launch",
          "selftest",
          "backends",
          "stores",
          "down",
          "up");

  @Inject private BootFinished bootFinished;
  @Inject private SessionFactory sessions;
  @Inject private FirewallAdmin admin;

  @Configuration
  public Option[] configuration() throws IOException {
    return Distribution.options();
  }

  @Test
  public void shouldHaveEveryPromisedCommand() {
    assertThat(bootFinished).isNotNull();

    assertThat(sessions.getRegistry().getCommands())
        .filteredOn(command -> command.getScope().equals("fw"))
        .extracting(Command::getName)
        .containsAll(PROMISED);
  }

  @Test
  public void shouldExplainEveryCommandOnDemand() {
    Shell shell = new Shell(sessions);
    sessions.getRegistry().getCommands().stream()
        .filter(command -> command.getScope().equals("fw"))
        .forEach(
            command ->
                assertThat(shell.run("fw:" + command.getName() + " --help"))
                    .as("help of %s", command.getName())
                    .contains(command.getName())
                    .hasSizeGreaterThan(40));
  }

  @Test
  public void shouldAnswerInTheShell() {
    String status = new Shell(sessions).run("fw:status");

    assertThat(status).contains("observe");
    assertThat(admin.status().engine()).isTrue();
  }
}
