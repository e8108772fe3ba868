// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.packet.Endpoint;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.IpProtocol;
import org.sallyport.api.subject.Ancestor;
import org.sallyport.api.subject.ProcessId;
import org.sallyport.api.subject.Subject;

/** Flows, who is behind them and what became of them, as JSON; scripts rely on the names. */
final class FlowJson {

  private final UserNames users;

  FlowJson(UserNames users) {
    this.users = users;
  }

  ObjectNode of(FlowEvent event) {
    ObjectNode json =
        Json.object()
            .put("time", event.at().toString())
            .put("verdict", RuleJson.word(event.decision().verdict()))
            .put("mode", event.mode().word())
            .put("enforced", event.mode() == Mode.ENFORCE);
    decision(json, event.decision());
    json.set("flow", flow(event.flow()));
    json.set("subject", subject(event.subject()));
    json.set("log", Json.texts(event.logRules()));
    return json;
  }

  ObjectNode of(Explanation explanation) {
    ObjectNode json = Json.object();
    json.set("flow", flow(explanation.flow()));
    json.set("subject", subject(explanation.subject()));
    json.set("steps", Json.array(explanation.steps(), FlowJson::step));
    ObjectNode decision = json.putObject("decision");
    decision.put("verdict", RuleJson.word(explanation.decision().verdict()));
    decision(decision, explanation.decision());
    return json;
  }

  private static void decision(ObjectNode json, Decision decision) {
    json.put("rule", decision.ruleId().orElse(null))
        .put("reason", decision.reason())
        .put("revision", decision.revision());
  }

  private static ObjectNode flow(Flow flow) {
    ObjectNode json =
        Json.object()
            .put("direction", RuleJson.word(flow.direction()))
            .put("proto", IpProtocol.name(flow.protocol()))
            .put("iface", flow.interfaceName().isEmpty() ? null : flow.interfaceName());
    json.set("local", endpoint(flow.local()));
    json.set("remote", endpoint(flow.remote()));
    json.put("remoteKnown", flow.knowsRemote());
    return json.put("icmpType", flow.icmp().isPresent() ? flow.icmp().getAsInt() : null);
  }

  private static ObjectNode endpoint(Endpoint end) {
    return Json.object()
        .put("ip", end.address().toString())
        .put("port", end.port().isPresent() ? Integer.valueOf(end.port().getAsInt()) : null);
  }

  /** A name is null where it is not known or no rule asked for it, empty where there is none. */
  private ObjectNode subject(Subject subject) {
    ObjectNode json = who(subject);
    json.put("script", Facts.known(subject.script()).orElse(null))
        .put("app", Facts.known(subject.app()).orElse(null))
        .put("container", Facts.known(subject.container()).orElse(null))
        .set("parent", parent(subject));
    return json;
  }

  /** The process's parent; null where no rule asked for it, and where it is not known. */
  private static ObjectNode parent(Subject subject) {
    return Facts.known(subject.ancestors())
        .flatMap(chain -> chain.stream().findFirst())
        .map(FlowJson::ancestor)
        .orElse(null);
  }

  private static ObjectNode ancestor(Ancestor ancestor) {
    return Json.object()
        .put("pid", ancestor.process().pid())
        .put("exe", Facts.known(ancestor.executable()).map(Object::toString).orElse(null));
  }

  private ObjectNode who(Subject subject) {
    return Json.object()
        .put("kind", RuleJson.word(subject.kind()))
        .put("exe", Facts.known(subject.executable()).map(Object::toString).orElse(null))
        .put("name", Facts.known(subject.processName()).orElse(null))
        .put("pid", Facts.known(subject.process()).map(ProcessId::pid).orElse(null))
        .put(
            "startTicks",
            Facts.known(subject.process()).map(ProcessId::startTimeTicks).orElse(null))
        .put("uid", Facts.known(subject.userId()).orElse(null))
        .put("user", Facts.known(subject.userId()).map(users::of).orElse(null))
        .put("gid", Facts.known(subject.groupId()).orElse(null))
        .put("processUid", Facts.known(subject.processUserId()).orElse(null))
        .put("processGid", Facts.known(subject.processGroupId()).orElse(null))
        .put("source", subject.source());
  }

  private static ObjectNode step(Explanation.RuleStep step) {
    ObjectNode json =
        Json.object()
            .put("rule", step.ruleId())
            .put("text", step.text())
            .put("result", RuleJson.word(step.result()))
            .put("applied", step.applied())
            .put("reason", step.reason());
    json.set("criteria", Json.array(step.criteria(), FlowJson::criterion));
    return json;
  }

  private static ObjectNode criterion(Explanation.CriterionStep step) {
    return Json.object()
        .put("criterion", step.criterion())
        .put("result", RuleJson.word(step.result()))
        .put("actual", step.actual());
  }
}
