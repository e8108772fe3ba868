// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.decision;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.rule.RuleText;

/** Turns rules into snapshots, registered as an OSGi service. Called on the control thread. */
@ProviderType
public interface PolicyEngine {

  /**
   * Compiles a policy. Resolves user and group names, which may block for up to two seconds.
   *
   * @param source the rules and defaults
   * @return a snapshot, or every problem found
   */
  Compilation compile(PolicySource source);

  /**
   * Reads a rule's text.
   *
   * @param text one line
   * @return its parts
   * @throws RuleSyntaxException if it makes no sense
   */
  RuleText parse(String text) throws RuleSyntaxException;

  /**
   * Reads a rule from words as a shell hands them over: each word is one token, whatever characters
   * its value holds, so {@code process.exe=/opt/a b/c} needs no quotes. Same grammar otherwise.
   *
   * @param words action first
   * @return its parts
   * @throws RuleSyntaxException if it makes no sense
   */
  RuleText parseWords(List<String> words) throws RuleSyntaxException;

  /**
   * Prints a rule's text in its one canonical form.
   *
   * @param rule the parts
   * @return text that {@link #parse} reads back as an equal rule
   */
  String print(RuleText rule);

  /**
   * Reads a flow to explain: direction, protocol, peer, then facts, for example {@code out tcp
   * 10.0.0.2:443 process.exe=/usr/bin/curl user=1000}. Facts that are not given are unknown.
   *
   * @param words the words as a shell hands them over
   * @return the flow and its subject
   * @throws RuleSyntaxException if it makes no sense
   */
  Hypothesis parseFlow(List<String> words) throws RuleSyntaxException;

  /**
   * The attributes that rules may use now, for help and completion.
   *
   * @return names, sorted
   */
  List<String> attributes();

  /**
   * A number that is another one whenever compiling the same rules may give another policy: a
   * plugin came, or is away for too long. It stands still while a plugin is swapped, and an engine
   * started anew among the same plugins says the same. Any thread.
   *
   * @return any number
   */
  default long changes() {
    return 0;
  }

  /**
   * Names who is told when {@link #changes} has moved; a later one takes the place of an earlier.
   *
   * @param listener called on any thread; must not block
   */
  default void onChange(Runnable listener) {}

  /**
   * Sets how long a plugin may be away before its facts count as unknown: the setting {@code
   * swap-grace}. Any thread; does not block.
   *
   * @param grace 1 to 60 seconds
   */
  default void swapGrace(Duration grace) {}

  /**
   * The plugins that provide attributes, here or away. Any thread; does not block.
   *
   * @return by name
   */
  default List<PluginStatus> plugins() {
    return List.of();
  }

  /**
   * Calls a plugin again that was put in quarantine. Any thread; does not block.
   *
   * @param name the plugin's name
   * @return how it stands then, or empty if there is none of that name
   */
  default Optional<PluginStatus> resetPlugin(String name) {
    return Optional.empty();
  }
}
