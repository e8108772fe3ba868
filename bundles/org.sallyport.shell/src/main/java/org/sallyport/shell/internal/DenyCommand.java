// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.rule.Action;
import picocli.CommandLine.Command;

/** {@code fw:deny}. */
@Command(name = "deny", description = "Drop matching flows silently.")
final class DenyCommand extends AddCommand {

  @Override
  Action action() {
    return Action.DENY;
  }
}
