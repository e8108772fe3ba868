// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.admin.FirewallAdmin;

/**
 * Puts the commands into Karaf's registry. It refers to the façade and the shell only: a command
 * that needed more would vanish without a word while that part is being swapped.
 */
@Component(service = {})
public final class ShellComponent {

  private final SessionFactory factory;
  private final List<CommandAdapter> commands;

  /**
   * Registers the commands.
   *
   * @param admin what they talk to
   * @param factory whose registry they go to
   */
  @Activate
  public ShellComponent(@Reference FirewallAdmin admin, @Reference SessionFactory factory) {
    this.factory = factory;
    this.commands = FwCommands.all(admin);
    // The first stands for all where somebody waits for them: it comes last and goes first.
    for (int i = commands.size() - 1; i >= 0; i--) {
      factory.getRegistry().register(commands.get(i));
    }
  }

  /** Takes the commands away. */
  @Deactivate
  public void close() {
    commands.forEach(factory.getRegistry()::unregister);
  }
}
