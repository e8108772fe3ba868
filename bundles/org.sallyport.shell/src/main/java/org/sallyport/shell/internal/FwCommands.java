// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.sallyport.api.admin.FirewallAdmin;

/** The list of commands: the only place to touch when one is added. */
final class FwCommands {

  private FwCommands() {}

  /** All commands, talking to this façade; {@code status} is the first. */
  static List<CommandAdapter> all(FirewallAdmin admin) {
    Stream<CommandAdapter> reading =
        reading().stream().map(maker -> new CommandAdapter.Reading(maker, admin));
    Stream<CommandAdapter> changing =
        changing().stream().map(maker -> new CommandAdapter(maker, admin));
    return Stream.concat(reading, changing).toList();
  }

  private static List<Supplier<FwCommand>> reading() {
    UserNames users = new UserNames(Path.of("/etc/passwd"));
    return List.of(
        StatusCommand::new,
        RulesCommand::new,
        ShowCommand::new,
        BackendsCommand::new,
        PlanCommand::new,
        AttributionCommand::new,
        StoresCommand::new,
        PluginsCommand::new,
        HistoryCommand::new,
        DiffCommand::new,
        ExportCommand::new,
        LaunchCommand::new,
        () -> new ExplainCommand(users),
        () -> new WatchCommand(users));
  }

  private static List<Supplier<FwCommand>> changing() {
    return List.of(
        AllowCommand::new,
        DenyCommand::new,
        RejectCommand::new,
        LogCommand::new,
        RemoveCommand::new,
        EnableCommand::new,
        DisableCommand::new,
        DefaultCommand::new,
        ModeCommand::new,
        FailCommand::new,
        PluginResetCommand::new,
        ApplyCommand::new,
        ConfirmCommand::new,
        RollbackCommand::new,
        BackendUseCommand::new,
        StoreUseCommand::new,
        AttributionUseCommand::new,
        () -> new SelftestCommand(Path.of(System.getProperty("karaf.home", "."))),
        DownCommand::new,
        UpCommand::new);
  }
}
