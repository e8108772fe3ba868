// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.impl.console.osgi.secured.SecuredSessionFactoryImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;

/** Karaf's access check, as it is in the product, holds for commands from the control socket. */
class SecuredShellTest {

  private static final String COMPULSORY = "karaf.secured.command.compulsory.roles";

  private final ThreadIOImpl threadIo = new ThreadIOImpl();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private CommandRunner runner;

  @BeforeEach
  void start() throws Exception {
    System.setProperty(COMPULSORY, "admin");
    threadIo.start();
    // Without any configuration, the role that is demanded of every command is the whole list.
    BundleContext empty =
        (BundleContext)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> null);
    SecuredSessionFactoryImpl factory = new SecuredSessionFactoryImpl(empty, threadIo);
    factory.register(
        new TestShell.Reading(
            "fw",
            "status",
            (session, arguments) -> {
              PrintStream out = System.out;
              out.println("ran with " + arguments);
              return 0;
            }));
    runner = new CommandRunner(factory);
  }

  @AfterEach
  void stop() {
    threadIo.stop();
    System.clearProperty(COMPULSORY);
  }

  private int run(Access access) throws Failure {
    return run(access, "status");
  }

  private int run(Access access, String word) throws Failure {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    ClientStreams streams = new ClientStreams(new ByteArrayInputStream(new byte[0]), out, out);
    TerminalInfo terminal = TerminalInfo.of(0, 80, 24, "dumb", "C");
    return runner.run(List.of(word, "$(x) 'y"), terminal, new Peer("ann", access), streams);
  }

  @Test
  void shouldRunWhatTheListAllows() throws Exception {
    assertThat(run(Access.ROOT)).isZero();
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("ran with [$(x) 'y]\n");
  }

  @Test
  void shouldRefuseWhatTheListForbids() {
    assertThatThrownBy(() -> run(Access.READER))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("access list does not allow");
    assertThat(printed.size()).isZero();
  }

  @Test
  void shouldSuggestWhatTheListAllows() {
    assertThatThrownBy(() -> run(Access.ROOT, "stauts"))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.render(List.of())).contains("(did you mean status?)"));
  }
}
