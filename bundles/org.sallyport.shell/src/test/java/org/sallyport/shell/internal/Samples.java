// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.util.List;
import java.util.Optional;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.admin.EnforcementPlan;
import org.sallyport.api.admin.RuleInfo;
import org.sallyport.api.match.PluginStatus;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;
import org.sallyport.api.rule.Origin;

/** Values that the façade of the tests answers with. */
final class Samples {

  /** A ladder whose best step was chosen and cannot be taken. */
  static final AttributionStatus ATTRIBUTION =
      new AttributionStatus(
          "sockdiag",
          10,
          2,
          "",
          Optional.of("bpf"),
          Optional.of("no \u001b[31mBTF"),
          List.of(
              new AttributionStatus.Source("bpf", 300, false, Optional.of("no \u001b[31mBTF")),
              new AttributionStatus.Source("sockdiag", 200, true, Optional.empty())));

  /** A plugin in quarantine. */
  static final PluginStatus PLUGIN =
      new PluginStatus(
          "org.example.geo",
          "1.2.3",
          "[1.0.0,2.0.0)",
          List.of("geo.country"),
          PluginStatus.State.QUARANTINED,
          100,
          12,
          612_000,
          50,
          "answered after \u001b[31m612 ms");

  static final RuleInfo LABEL =
      new RuleInfo(
          "label",
          "allow in selinux.type=sshd_t",
          Action.ALLOW,
          Direction.IN,
          1000,
          true,
          "memory",
          Optional.empty(),
          0,
          0,
          Optional.empty(),
          "",
          new Origin("memory", 0),
          Optional.of("selinux.type is not known here"));

  static final EnforcementPlan PLAN =
      new EnforcementPlan(
          List.of(
              new EnforcementPlan.Part(
                  "owner-iptables", false, List.of("-A SALLYPORT-TREE -g SALLYPORT-R-WEB")),
              new EnforcementPlan.Part("nfqueue", true, List.of())),
          List.of(
              new EnforcementPlan.Place(
                  "web", FakeAdmin.WEB.text(), Optional.of("nfqueue"), "knows \u001b[31mprograms")),
          true);

  private Samples() {}
}
