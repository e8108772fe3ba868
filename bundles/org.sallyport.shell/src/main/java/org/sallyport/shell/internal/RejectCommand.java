// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import org.sallyport.api.rule.Action;
import picocli.CommandLine.Command;

/** {@code fw:reject}. */
@Command(name = "reject", description = "Refuse matching flows so that the program sees an error.")
final class RejectCommand extends AddCommand {

  @Override
  Action action() {
    return Action.REJECT;
  }
}
