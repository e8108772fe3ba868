// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.rule.Action;
import picocli.CommandLine.Command;

/** {@code fw:log}. */
@Command(name = "log", description = "Record matching flows and go on with the next rule.")
final class LogCommand extends AddCommand {

  @Override
  Action action() {
    return Action.LOG;
  }
}
