// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.admin.PolicyText;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.admin.RuleRequest;

/**
 * A store leaves at each moment there is in a change: the change is made once, or refused and not
 * made at all, and a command that ran twice would show in the history.
 */
class ChangesDuringSwapTest {

  private static final int MORE_CALLS_THAN_A_CHANGE_HAS = 200;

  /** Changes, each of which makes another policy of the one it finds. */
  private enum Change {
    ADD {
      @Override
      void make(Administration admin) {
        admin.add(request(Optional.empty(), "allow", "process.pid=9"), NOW);
      }
    },
    ADD_TO_MEMORY {
      @Override
      void make(Administration admin) {
        admin.add(request(Optional.of("memory"), "allow", "process.pid=9"), NOW);
      }
    },
    REMOVE {
      @Override
      void make(Administration admin) {
        admin.remove("allow-1", NOW);
      }
    },
    DISABLE {
      @Override
      void make(Administration admin) {
        admin.setEnabled("allow-1", false, NOW);
      }
    },
    APPLY {
      @Override
      void make(Administration admin) {
        admin.apply(new PolicyText("x", "rules:\n- {id: new, rule: allow process.pid=3}\n"), NOW);
      }
    },
    ROLL_BACK {
      @Override
      void make(Administration admin) {
        admin.rollback(OptionalLong.empty(), NOW);
      }
    },
    USE_MEMORY {
      @Override
      void make(Administration admin) {
        admin.useStore("memory", NOW);
      }
    },
    CONFIRM {
      @Override
      void prepare(Administration admin) {
        Optional<Duration> hour = Optional.of(Duration.ofHours(1));
        Execution tried = new Execution(false, hour, "uid 0", "allow");
        admin.add(request(Optional.empty(), "allow", "process.pid=9"), tried);
      }

      @Override
      void make(Administration admin) {
        admin.confirm(NOW);
      }
    };

    abstract void make(Administration admin);

    void prepare(Administration admin) {}
  }

  /** How a store leaves. */
  private enum Leaving {
    FOR_GOOD,
    REPLACED_AT_ONCE
  }

  private static final Execution NOW = new Execution(false, Optional.empty(), "uid 0", "a change");

  @TempDir Path folder;
  private Parts parts;
  private PlainStore file;
  private PlainStore memory;
  private ControlThread control;
  private Firewall firewall;
  private Administration admin;

  private static RuleRequest request(Optional<String> store, String... words) {
    return new RuleRequest(
        List.of(words), List.of(), OptionalInt.empty(), Optional.empty(), store, "");
  }

  private void start(String name) throws Exception {
    Path state = Files.createDirectories(folder.resolve(name));
    parts = new Parts();
    file = new PlainStore("file");
    memory = new PlainStore("memory", 200);
    parts.engine(Optional.of(new PlainEngine()));
    parts.add(file);
    parts.add(memory);
    control = new ControlThread();
    firewall = new Firewall(parts, new Folders(state, state), false);
    admin = new Administration(firewall, control, parts);
    parts.absences().grace(Duration.ofMillis(20)); // what leaves for good is not waited for long
    settle();
    for (int pid = 1; pid <= 2; pid++) {
      admin.add(request(Optional.empty(), "allow", "process.pid=" + pid), NOW);
    }
    admin.add(request(Optional.of("memory"), "allow", "process.pid=7"), NOW);
  }

  private void settle() {
    control.call(
        () -> {
          firewall.settle();
          return "";
        });
  }

  private void stop() {
    control.close();
    firewall.events().close();
  }

  /** What people see of the policy: by id, the words, whether switched on, and the store. */
  private Map<String, String> policy() {
    Map<String, String> policy = new TreeMap<>();
    for (RuleInfo rule : admin.rules()) {
      policy.put(rule.id(), rule.text() + " " + rule.enabled() + " " + rule.store());
    }
    return policy;
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void shouldBeMadeOnceOrRefusedAndNotMade(Change change) throws Exception {
    for (String store : List.of("file", "memory")) {
      for (Leaving leaving : Leaving.values()) {
        int call = 1;
        while (leaves(change, store, leaving, call)) {
          call++;
          assertThat(call).isLessThan(MORE_CALLS_THAN_A_CHANGE_HAS);
        }
        assertThat(call).as("the store was asked by %s", change).isGreaterThan(1);
      }
    }
  }

  /** Makes the change while a store leaves at its so many'th call; whether there were so many. */
  private boolean leaves(Change change, String name, Leaving leaving, int at) throws Exception {
    String moment = change + "-" + name + "-" + leaving + "-" + at;
    start(moment);
    change.prepare(admin);
    Map<String, String> before = policy();
    int history = admin.history().size();
    PlainStore store = name.equals("file") ? file : memory;
    AtomicInteger calls = new AtomicInteger();
    PlainStore successor = store.successor();
    store.onCall =
        unused -> {
          if (calls.incrementAndGet() == at) {
            parts.remove(store);
            if (leaving == Leaving.REPLACED_AT_ONCE) {
              parts.add(successor);
            }
          }
        };
    boolean made = true;
    try {
      change.make(admin);
    } catch (AdminException e) {
      made = false;
    }
    boolean left = calls.get() >= at;
    if (left && leaving == Leaving.FOR_GOOD) {
      parts.add(successor);
    }
    store.onCall = call -> {};
    settle();
    if (change == Change.CONFIRM) { // it makes no other policy, but has it stay
      assertThat(admin.status().unconfirmed().isEmpty()).as(moment).isEqualTo(made);
      assertThat(file.rules.containsKey("allow-4")).as(moment).isEqualTo(made);
    } else {
      assertThat(!policy().equals(before)).as(moment + before).isEqualTo(made);
    }
    if (made) {
      assertThat(admin.history().size()).as(moment).isLessThanOrEqualTo(history + 1);
    } else {
      assertThat(admin.history()).as(moment).hasSize(history);
    }
    assertThat(folder.resolve(moment).resolve("journal.yaml")).as(moment).doesNotExist();
    stop();
    return left;
  }
}
