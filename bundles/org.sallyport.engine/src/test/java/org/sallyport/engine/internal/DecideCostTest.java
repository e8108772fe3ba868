// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.subject.Subject;

class DecideCostTest {

  private static final int ROUNDS = 4_000;

  private final Flow v4 = Subjects.tcp("10.0.0.2", 443);
  private final Flow v6 = Subjects.tcp("2001:db8::2", 443);
  private final Subject program = Subjects.program(Subjects.host("/usr/bin/none"));
  private final Subject lost = Subjects.lost();
  private final Evaluation evaluation = new Evaluation();

  @ParameterizedTest
  @CsvSource({"1,exe", "100,exe", "1000,exe", "1,mixed", "100,mixed", "1000,mixed"})
  void shouldNotAllocateWhileDeciding(int count, String kind, TestReporter reporter) {
    PolicySnapshot snapshot =
        Policies.snapshot(
            Policies.engine(),
            Policies.source(Policies.rules(texts(count, kind)), false, Verdict.DENY));
    run(snapshot);
    run(snapshot);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long startNs = System.nanoTime();
    long before = threads.getThreadAllocatedBytes(thread);
    run(snapshot);
    long allocated = threads.getThreadAllocatedBytes(thread) - before;
    long decideNs = (System.nanoTime() - startNs) / (3 * ROUNDS);
    reporter.publishEntry(count + " rules, " + kind, decideNs + " ns per decision");

    // The two questions about allocation themselves may cost a few bytes, a decision none.
    assertThat(allocated).isLessThan(ROUNDS / 10);
  }

  private void run(PolicySnapshot snapshot) {
    for (int i = 0; i < ROUNDS; i++) {
      snapshot.decide(v4, program, evaluation);
      snapshot.decide(v6, program, evaluation);
      snapshot.decide(v4, lost, evaluation);
    }
  }

  private static String[] texts(int count, String kind) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(
          kind.equals("exe")
              ? "allow process.exe=/opt/program-" + i
              : switch (i % 5) {
                case 0 -> "deny remote.net=10." + i % 256 + ".1.0/24,fd00:" + i + "::/32";
                case 1 -> "allow process.exe~/opt/" + i + "/**";
                case 2 -> "deny !user=alice remote.port=" + (1000 + i) + "-60000";
                case 3 -> "allow process.unit=u" + i + ".service process.ancestor.exe=/bin/x" + i;
                default -> "reject process.cmdline=~x" + i + ".* user=alice";
              });
    }
    return texts.toArray(String[]::new);
  }
}
