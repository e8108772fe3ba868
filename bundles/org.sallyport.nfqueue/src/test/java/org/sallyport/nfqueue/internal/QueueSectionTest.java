// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.frame.Frame;

/** The queue's part of the frame, with a frame that writes down what it is told. */
class QueueSectionTest {

  private static final String QUEUE = "Queue[number=33, tap=Optional";

  private Enforcement order = order(Mode.ENFORCE, FailModes.CLOSED);
  private final List<String> calls = new ArrayList<>();
  private Optional<SubjectSource> source = Optional.empty();
  private String refused = "nothing";
  private boolean unclear;
  private long nowNs;
  private String staged = "";

  private final Frame frame = proxy(Frame.class, this::ofFrame);
  private final BackendContext context = proxy(BackendContext.class, this::ofContext);
  private final QueueSection section =
      new QueueSection(
          "nfqueue", frame, this::clear, () -> nowNs, line -> calls.add("log " + line));

  private static Enforcement order(Mode mode, FailModes modes) {
    return new Enforcement(mode, 1, modes, false, EnumSet.of(Direction.OUT), false);
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private Object ofFrame(Object proxy, Method method, Object[] arguments) {
    if (method.getName().equals("stage")) {
      staged = arguments[1].toString().replace(", proof=Optional.empty", "");
    } else if (method.getName().equals("commit")) {
      calls.add("commit " + staged);
      if (staged.contains(refused)) {
        throw new NetfilterException(NetfilterException.Kind.REFUSED, "no such match");
      }
    }
    return null;
  }

  private Object ofContext(Object proxy, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "subjects" -> source;
      case "queueNumber" -> 33;
      default -> new MarkLayout(MarkLayout.DEFAULT_MASK);
    };
  }

  private int clear(Set<Path> kept) {
    if (unclear) {
      throw new IllegalStateException("the folder cannot be read");
    }
    calls.add(
        kept.isEmpty()
            ? "keep /"
            : "keep " + kept.stream().map(Path::toString).sorted().collect(joining(" ")));
    return 0;
  }

  private void commit() {
    section.stage(context);
    section.commit(context, order);
  }

  @Test
  void shouldCommitWithTheTapOfTheBestSource() {
    source = Optional.of(new TestTap("/one", calls));
    commit();
    assertThat(calls).containsExactly("commit " + QUEUE + "[/one]]", "/one true", "keep /one");
    calls.clear();
    source = Optional.of(new TestTap("/two", calls));
    commit();
    assertThat(calls)
        .containsExactly("commit " + QUEUE + "[/two]]", "/one false", "/two true", "keep /two");
  }

  @Test
  void shouldLeaveTheTapInTheRulesWhileItsSourceIsReplaced() {
    source = Optional.of(new TestTap("/one", calls));
    commit();
    source = Optional.empty();
    commit();
    assertThat(calls).endsWith("commit " + QUEUE + "[/one]]", "/one true", "keep /one");
  }

  @Test
  void shouldStandWithoutATapThatIptablesRefuses() {
    source = Optional.of(new TestTap("/one", calls));
    refused = "/one";
    commit();
    assertThat(calls)
        .containsExactly(
            "commit " + QUEUE + "[/one]]",
            "commit " + QUEUE + ".empty]",
            "log rules with a tap in front of the queue are refused: no such match",
            "keep /");
    calls.clear();
    commit();
    assertThat(calls)
        .as("it is not tried again at once")
        .containsExactly("commit " + QUEUE + ".empty]", "keep /");
    assertThat(section.problem().orElse("")).endsWith("are refused: no such match");
    assertThat(section.wantsAnotherTry()).isFalse();
  }

  private void seconds(long seconds) {
    nowNs += TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void shouldTryARefusedTapAgainAfterAMinute() {
    source = Optional.of(new TestTap("/one", calls));
    refused = "/one";
    commit();
    seconds(60);
    assertThat(section.wantsAnotherTry()).isTrue();
    refused = "nothing";
    commit();
    assertThat(calls).endsWith("commit " + QUEUE + "[/one]]", "/one true", "keep /one");
    assertThat(section.problem()).isEmpty();
  }

  @Test
  void shouldTryARefusedTapAgainWhenItsSourceIsChosenAnew() {
    TestTap one = new TestTap("/one", calls);
    source = Optional.of(one);
    refused = "/one";
    commit();
    source = Optional.of(new TestTap("/two", calls));
    commit();
    assertThat(section.problem()).as("of a tap that nobody wants").isEmpty();
    refused = "nothing";
    source = Optional.of(one);
    commit();
    assertThat(calls)
        .endsWith("commit " + QUEUE + "[/one]]", "/two false", "/one true", "keep /one");
  }

  @Test
  void shouldTryARefusedTapAgainWhenTheRulesWereGone() {
    source = Optional.of(new TestTap("/one", calls));
    refused = "/one";
    commit();
    section.removed();
    assertThat(section.problem()).isEmpty();
    refused = "nothing";
    commit();
    assertThat(calls).contains("/one true");
  }

  @Test
  void shouldStandWithoutATapThatCannotBePinned() {
    TestTap tap = new TestTap("/one", calls);
    tap.broken = true;
    source = Optional.of(tap);
    commit();
    assertThat(calls).contains("commit " + QUEUE + ".empty]");
    assertThat(section.problem())
        .contains("the tap in front of the queue cannot be pinned: no file system");
    seconds(60);
    assertThat(section.wantsAnotherTry()).as("without another change").isTrue();
    commit();
    tap.broken = false;
    commit();
    assertThat(calls).as("tried again").contains("commit " + QUEUE + "[/one]]");
    assertThat(section.problem()).isEmpty();
  }

  @Test
  void shouldStandWhateverTheSourceOrTheFolderOfPinsThrows() {
    TestTap tap = new TestTap("/one", calls);
    tap.hostile = true;
    source = Optional.of(tap);
    commit();
    assertThat(calls).contains("commit " + QUEUE + ".empty]");
    tap.hostile = false;
    unclear = true;
    commit();
    assertThat(calls).contains("commit " + QUEUE + "[/one]]", "/one true");
    assertThat(calls.get(calls.size() - 1)).contains("could not be cleared");
  }

  @Test
  void shouldFailWhereRulesAreRefusedWithoutATapToo() {
    refused = "33";
    source = Optional.of(new TestTap("/one", calls));
    section.stage(context);
    assertThatThrownBy(() -> section.commit(context, order)).hasMessageContaining("no such match");
    assertThat(calls).doesNotContain("/one true");
    assertThat(section.problem()).as("it was not the tap").isEmpty();
  }

  @Test
  void shouldTellTheTapBeforePacketsMayPassUnseenAndAfterTheyMay() {
    source = Optional.of(new TestTap("/one", calls));
    order = order(Mode.OBSERVE, FailModes.CLOSED);
    commit();
    assertThat(calls).containsSubsequence("/one passes unseen", "/one true");
    calls.clear();
    order = order(Mode.ENFORCE, FailModes.CLOSED);
    commit();
    assertThat(calls)
        .containsSubsequence("commit " + QUEUE + "[/one]]", "/one passes nothing unseen");
    calls.clear();
    section.expectUnseen();
    assertThat(calls).containsExactly("/one passes unseen");
    order = order(Mode.ENFORCE, FailModes.CLOSED.with(Situation.QUEUE_FULL, Choice.ACCEPT));
    commit();
    assertThat(calls).doesNotContain("/one passes nothing unseen");
    order = order(Mode.ENFORCE, FailModes.CLOSED.with(Situation.NO_LISTENER, Choice.ACCEPT));
    commit();
    assertThat(calls).doesNotContain("/one passes nothing unseen");
  }

  @Test
  void shouldVoidWhatWasProvenBeforeTheRulesFollowANewPolicy() {
    TestTap tap = new TestTap("/one", calls);
    tap.proves = true;
    source = Optional.of(tap);
    commit();
    assertThat(calls)
        .containsExactly(
            "/one void",
            "commit " + QUEUE + "[/one], proof=Optional[/one-proof]]",
            "/one true",
            "keep /one /one-proof",
            "/one proof true");
    calls.clear();
    source = Optional.empty(); // is being replaced
    commit();
    assertThat(calls)
        .startsWith("/one void", "commit " + QUEUE + "[/one], proof=Optional[/one-proof]]");
    calls.clear();
    source = Optional.of(new TestTap("/two", calls));
    commit();
    assertThat(calls)
        .startsWith("/one void", "commit " + QUEUE + "[/two]]")
        .contains("/one false", "/one proof false");
    calls.clear();
    order = order(Mode.OBSERVE, FailModes.CLOSED);
    source = Optional.of(tap);
    commit();
    assertThat(calls).as("no rule asks for it").contains("/one proof false");
  }

  @Test
  void shouldAskForNoProofThatMayBeOfAnEarlierPolicy() {
    TestTap tap = new TestTap("/one", calls);
    tap.proves = true;
    source = Optional.of(tap);
    commit();
    calls.clear();
    tap.stubborn = true;
    commit();
    assertThat(calls).contains("commit " + QUEUE + "[/one]]", "/one proof false", "keep /one");
  }

  @Test
  void shouldKeepNoPinOnceTheRulesAreGone() {
    source = Optional.of(new TestTap("/one", calls));
    commit();
    section.removed();
    assertThat(calls).endsWith("/one false", "keep /");
  }
}
