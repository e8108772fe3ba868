// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.rule.Action;
import picocli.CommandLine.Command;

/** {@code fw:allow}. */
@Command(name = "allow", description = "Let matching flows pass.")
final class AllowCommand extends AddCommand {

  @Override
  Action action() {
    return Action.ALLOW;
  }
}
