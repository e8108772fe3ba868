// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.List;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ProviderType;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.EventSubscription;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.packet.Direction;

/**
 * The façade that commands talk to; always present, whatever part is being swapped. Thread-safe. A
 * change blocks until it is in force in the kernel, or changes nothing and throws {@link
 * AdminException}; changes are carried out one after the other.
 */
@ProviderType
public interface FirewallAdmin {

  /**
   * The firewall as it stands.
   *
   * @return a value
   */
  FirewallStatus status();

  /**
   * The policy in the order it is asked.
   *
   * @return the rules in force and the disabled ones
   */
  List<RuleInfo> rules();

  /**
   * One rule.
   *
   * @param id its id
   * @return the rule
   * @throws AdminException if there is none
   */
  RuleInfo rule(String id);

  /**
   * Adds a rule.
   *
   * @param request the rule
   * @param execution whether to carry it out
   * @return the rule as it stands, or would stand
   * @throws AdminException if the text, the engine, the store or the kernel refuses
   */
  RuleInfo add(RuleRequest request, Execution execution);

  /**
   * Removes a rule.
   *
   * @param id its id
   * @param execution whether to carry it out
   * @return the rule as it stood
   * @throws AdminException if there is none, or it stands in a file that only a person writes
   */
  RuleInfo remove(String id, Execution execution);

  /**
   * Switches a rule on or off.
   *
   * @param id its id
   * @param enabled on or off
   * @param execution whether to carry it out
   * @return the rule as it stands, or would stand
   * @throws AdminException if there is none, or it stands in a file that only a person writes
   */
  RuleInfo setEnabled(String id, boolean enabled, Execution execution);

  /**
   * Sets the verdict where no rule matches.
   *
   * @param direction the direction
   * @param verdict the verdict
   * @param execution whether to carry it out
   */
  void setDefault(Direction direction, Verdict verdict, Execution execution);

  /**
   * Sets whether verdicts bind.
   *
   * @param mode the mode
   * @param execution whether to carry it out
   */
  void setMode(Mode mode, Execution execution);

  /**
   * Sets every situation to its closed or open choice.
   *
   * @param closed closed or open
   * @param execution whether to carry it out
   */
  void setFailPreset(boolean closed, Execution execution);

  /**
   * Sets what is done in one situation.
   *
   * @param situation the situation
   * @param choice one of its choices
   * @param execution whether to carry it out
   * @throws AdminException if the situation does not allow the choice
   */
  void setFail(Situation situation, Choice choice, Execution execution);

  /**
   * Keeps the changes that wait for it, for good.
   *
   * @param execution whether to carry it out
   * @return what they changed
   * @throws AdminException if none waits, or they could not be kept
   */
  PolicyDiff confirm(Execution execution);

  /**
   * Takes back the changes that wait for confirmation; or, if none waits or a revision is named,
   * goes back to an earlier revision: settings and the rules that commands added.
   *
   * @param revision a number of the history, or empty for the one before
   * @param execution whether to carry it out
   * @return what that changed
   * @throws AdminException if there is no such revision, or it could not be carried out
   */
  PolicyDiff rollback(OptionalLong revision, Execution execution);

  /**
   * The changes that commands made, as far back as they are kept.
   *
   * @return the oldest first
   */
  List<Revision> history();

  /**
   * What differs between two revisions of the history.
   *
   * @param from a number of the history
   * @param to another
   * @return what differs
   * @throws AdminException if one of them is not in the history
   */
  PolicyDiff diff(long from, long to);

  /**
   * The settings and the rules that commands added, as a text that {@link #apply} takes back
   * unchanged.
   *
   * @return YAML
   * @throws AdminException if the store cannot be read
   */
  String export();

  /**
   * Replaces the rules that commands added, and the settings that the text names, all or nothing.
   * What a person wrote into files is never touched.
   *
   * @param text the policy
   * @param execution whether to carry it out
   * @return what it changes
   * @throws AdminException if the text makes no sense, with line and column, or it could not be
   *     carried out
   */
  PolicyDiff apply(PolicyText text, Execution execution);

  /**
   * Makes a store the one that commands add rules to, and moves their rules there, so that the same
   * policy stands before and after.
   *
   * @param name the store's name
   * @param execution whether to carry it out
   * @return the rules that move
   * @throws AdminException if the store is not there or cannot hold them
   */
  List<PolicyRule> useStore(String name, Execution execution);

  /**
   * The backends.
   *
   * @return a value for each that is present
   */
  List<BackendStatus> backends();

  /**
   * Shows what each backend of a stack would install, and where each rule would be enforced.
   *
   * @param backends the stack, or none for the active one
   * @return the plan for the policy in force
   * @throws AdminException if one of them is not there, or they cannot stand in this order
   */
  EnforcementPlan plan(List<String> backends);

  /**
   * Makes these backends the active ones while traffic flows. The policy stays what it is, and
   * every verdict with it.
   *
   * @param backends the stack in order; one that asks the policy for each packet stands last
   * @param execution whether to carry it out
   * @return the plan that is in force then, or would be
   * @throws AdminException if a rule cannot be held, with its id, or the kernel refused; then the
   *     stack before is in force
   */
  EnforcementPlan useBackends(List<String> backends, Execution execution);

  /**
   * Makes a source of subjects the one that is used while traffic flows, also after a restart. The
   * policy stays what it is. Where the chosen one leaves, or cannot be used, the best one is.
   *
   * @param source its name, or {@link AttributionStatus#AUTO} for the best one
   * @param execution whether to carry it out
   * @return attribution as it stands then, or stands now if it is not carried out
   * @throws AdminException if there is no such source, it cannot be used here, or the kernel
   *     refused; then the source before is in use
   */
  AttributionStatus useAttribution(String source, Execution execution);

  /**
   * The stores.
   *
   * @return a value for each that is present, or away with rules in force
   */
  List<StoreStatus> stores();

  /**
   * The plugins that provide attributes, here or away.
   *
   * @return by name; empty while no engine is present
   */
  List<PluginStatus> plugins();

  /**
   * Takes a plugin out of quarantine.
   *
   * @param name the plugin's name
   * @param execution whether to carry it out
   * @return how it stands then
   * @throws AdminException if there is none of that name, or no engine
   */
  PluginStatus resetPlugin(String name, Execution execution);

  /**
   * The attributes that rules may use now, for help and completion.
   *
   * @return names, sorted; empty while no engine is present
   */
  List<String> attributes();

  /**
   * Explains how a made-up flow would be judged now.
   *
   * @param words the flow: direction, protocol, peer, then facts
   * @return the ordered evaluation
   * @throws AdminException if the words make no sense or no policy is published
   */
  Explanation explain(List<String> words);

  /**
   * Explains how the flow judged last would be judged now.
   *
   * @return the ordered evaluation
   * @throws AdminException if none was judged yet
   */
  Explanation explainLast();

  /**
   * Follows the flows as they are judged.
   *
   * @return a subscription to close when done
   */
  EventSubscription watch();

  /**
   * Removes everything of ours from the kernel, also after a restart, until {@link #up}.
   *
   * @param execution whether to carry it out
   */
  void down(Execution execution);

  /**
   * Arms again after {@link #down}.
   *
   * @param execution whether to carry it out
   */
  void up(Execution execution);
}
