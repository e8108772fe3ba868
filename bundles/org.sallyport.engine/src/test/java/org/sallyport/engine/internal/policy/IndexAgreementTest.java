// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sallyport.api.decision.Compilation;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.PolicySource;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.StoredRule;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Origin;
import org.sallyport.api.rule.RuleDefinition;
import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.FileIdentity;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.engine.internal.Engine;
import org.sallyport.engine.internal.attribute.Lookups;

class IndexAgreementTest {

  private static final int PROGRAMS = 12;

  @TempDir Path folder;
  private final Engine engine = new Engine(Lookups.NONE::names, Clock.systemUTC());
  private final Random random = new Random(4711);

  private Path program(int number) throws IOException {
    return folder.toRealPath().resolve("program" + number);
  }

  private PolicySnapshot snapshot() throws IOException {
    List<StoredRule> rules = new ArrayList<>();
    for (int i = 0; i < 2 * PROGRAMS; i++) {
      String text =
          (i % 2 == 0 ? "deny" : "reject") + " process.exe=" + program(random.nextInt(PROGRAMS));
      RuleDefinition rule =
          new RuleDefinition("r" + i, text, 1000, true, "", new Origin("test", i));
      rules.add(new StoredRule("test", 100, rule, new RuleCounter()));
    }
    Map<Direction, Verdict> defaults = new EnumMap<>(Direction.class);
    List.of(Direction.values()).forEach(direction -> defaults.put(direction, Verdict.ALLOW));
    PolicySource source = new PolicySource(1, rules, defaults, true);
    return ((Compilation.Compiled) engine.compile(source)).snapshot();
  }

  private Executable running() throws IOException {
    Path path = program(random.nextInt(PROGRAMS));
    Path file = program(random.nextInt(PROGRAMS));
    Map<String, Object> stat = Files.readAttributes(file, "unix:dev,ino");
    FileIdentity identity =
        new FileIdentity((Long) stat.get("dev"), (Long) stat.get("ino"), -1, 0, 0);
    return new Executable(path.toString(), identity, random.nextInt(3) > 0, false);
  }

  @Test
  void shouldJudgeThroughTheIndexAsWithoutIt() throws IOException {
    for (int i = 0; i < PROGRAMS; i++) {
      if (i % 3 == 0) {
        Files.createLink(program(i), Files.writeString(folder.resolve("original" + i), "x"));
      } else if (i % 3 == 1) {
        Files.createLink(program(i), program(i - 1));
      } else {
        Files.createSymbolicLink(program(i), program(i - 2));
      }
    }
    for (int round = 0; round < 20; round++) {
      PolicySnapshot snapshot = snapshot();
      for (int i = 0; i < 50; i++) {
        agree(snapshot, running());
      }
      Path fresh = Files.writeString(folder.resolve("fresh"), "y");
      Files.move(fresh, program(round % PROGRAMS), StandardCopyOption.REPLACE_EXISTING);
      engine.renewFiles();
      for (int i = 0; i < 50; i++) {
        agree(snapshot, running());
      }
    }
  }

  private static void agree(PolicySnapshot snapshot, Executable running) {
    Fact<Executable> executable = new Fact.Known<>(running, "test");
    Subject lost =
        Subject.without(
            SubjectKind.PROCESS,
            new Fact.Unknown<>("x"),
            new Fact.Unknown<>("x"),
            new Fact.Unknown<>("x"),
            "test");
    Subject subject =
        new Subject(
            SubjectKind.PROCESS,
            lost.userId(),
            lost.groupId(),
            lost.process(),
            executable,
            lost.sha256(),
            lost.capabilities(),
            lost.processName(),
            lost.commandLine(),
            lost.processUserId(),
            lost.cgroup(),
            lost.ancestors(),
            "test");
    RandomFlows.Case one = new RandomFlows(new Random(1)).next();
    Evaluation evaluation = new Evaluation();
    snapshot.decide(one.flow(), subject, evaluation);

    assertThat(evaluation.decision())
        .as("%s", running)
        .isEqualTo(snapshot.explain(one.flow(), subject).decision());
  }
}
