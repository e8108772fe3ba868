// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.time.Duration;
import java.util.Optional;
import org.sallyport.api.admin.FirewallAdmin;
import org.sallyport.api.event.EventSubscription;
import org.sallyport.api.event.FlowEvent;
import picocli.CommandLine.Command;

/** {@code fw:watch}. */
@Command(name = "watch", description = "Show each flow as it is judged, until interrupted.")
final class WatchCommand extends FwCommand {

  /** How long a reader that went away may stay unnoticed while nothing happens. */
  private static final Duration LOOK_AROUND = Duration.ofSeconds(1);

  private final UserNames users;
  private long lost;

  WatchCommand(UserNames users) {
    this.users = users;
  }

  @Override
  int run(FirewallAdmin admin, Output output) {
    try (EventSubscription events = admin.watch()) {
      while (!output.out().checkError()) {
        Optional<FlowEvent> next = events.next(LOOK_AROUND);
        next.ifPresent(event -> print(event, output));
        reportLost(events.lost(), output);
      }
    } catch (InterruptedException e) {
      // The way a watch ends. The thread is the shell's, which has no use for the flag.
      return 0;
    }
    return 0;
  }

  private void print(FlowEvent event, Output output) {
    if (json()) {
      output.json(new FlowJson(users).of(event));
    } else {
      output.line(new WatchLine(users).of(event));
    }
  }

  private void reportLost(long now, Output output) {
    if (now > lost) {
      output.err().println("sallyport: " + (now - lost) + " flows came too fast to be shown");
      lost = now;
    }
  }
}
