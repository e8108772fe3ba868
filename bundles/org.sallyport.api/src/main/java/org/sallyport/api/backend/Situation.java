// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.backend;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Everything that can go wrong on a packet's way; each has a choice, is counted and shown. */
public enum Situation {
  /** The daemon is dead. */
  NO_LISTENER(Choice.DROP_NEW, Choice.ACCEPT, Choice.DROP_NEW, Choice.DROP_ALL, Choice.ACCEPT),
  /** The daemon was stopped in order. */
  SHUTDOWN(Choice.DROP_NEW, Choice.ACCEPT, Choice.DROP_NEW, Choice.DROP_ALL, Choice.ACCEPT),
  /** No policy was ever published. */
  NO_POLICY(Choice.HOLD, Choice.ACCEPT, Choice.HOLD, Choice.DROP, Choice.ACCEPT),
  /** The kernel's queue is full. */
  QUEUE_FULL(Choice.DROP, Choice.ACCEPT, Choice.DROP, Choice.ACCEPT),
  /** Too many flows wait for an answer. */
  PARKING_FULL(Choice.REJECT, Choice.ACCEPT, Choice.REJECT, Choice.DROP, Choice.ACCEPT),
  /** Nobody answered a prompt in time. */
  PROMPT_UNANSWERED(Choice.REJECT, Choice.ACCEPT, Choice.REJECT, Choice.DROP, Choice.ACCEPT),
  /** A packet or message makes no sense. */
  PARSE_ERROR(Choice.DROP, Choice.ACCEPT, Choice.DROP, Choice.ACCEPT),
  /** The program behind a flow could not be found. */
  UNATTRIBUTED(Choice.UNKNOWN, Choice.UNKNOWN, Choice.UNKNOWN, Choice.ACCEPT),
  /** The program behind a flow was not found in time. */
  ATTRIBUTION_LATE(Choice.UNKNOWN, Choice.UNKNOWN, Choice.UNKNOWN, Choice.ACCEPT),
  /** A refusing rule met an unknown fact. */
  UNKNOWN_OPERAND(Choice.APPLY, Choice.SKIP, Choice.APPLY, Choice.SKIP),
  /** A plugin threw, was late or answered nonsense. */
  PLUGIN_ERROR(Choice.APPLY, Choice.SKIP, Choice.APPLY, Choice.SKIP),
  /** Events were dropped because a ring was full. */
  EVENTS_LOST(Choice.COUNTED, Choice.COUNTED, Choice.COUNTED),
  /** The kernel's connection table is full. */
  CONNTRACK_FULL(Choice.COUNTED, Choice.COUNTED, Choice.COUNTED);

  private final Choice closed;
  private final Choice open;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<Choice> choices;

  Situation(Choice closed, Choice open, Choice... choices) {
    this.closed = closed;
    this.open = open;
    this.choices = List.of(choices);
  }

  /**
   * The choice under {@code fail closed}.
   *
   * @return one of {@link #choices}
   */
  public Choice closed() {
    return closed;
  }

  /**
   * The choice under {@code fail open}.
   *
   * @return one of {@link #choices}
   */
  public Choice open() {
    return open;
  }

  /**
   * What may be chosen.
   *
   * @return at least one choice
   */
  public List<Choice> choices() {
    return choices;
  }

  /**
   * The word a person types.
   *
   * @return lower case with hyphens, for example {@code queue-full}
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads the word a person typed.
   *
   * @param word the word
   * @return the situation, or empty
   */
  public static Optional<Situation> parse(String word) {
    for (Situation situation : values()) {
      if (situation.word().equals(word)) {
        return Optional.of(situation);
      }
    }
    return Optional.empty();
  }
}
