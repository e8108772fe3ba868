// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.fuzz;

import java.io.File;
import java.util.Locale;
import java.util.Optional;
import org.sallyport.control.internal.ControlSocketTarget;
import org.sallyport.control.internal.FrameTarget;
import org.sallyport.core.internal.policy.LastGoodTarget;
import org.sallyport.core.internal.settings.SettingsTarget;
import org.sallyport.itests.fuzz.kit.Decoder;
import org.sallyport.itests.fuzz.targets.ConntrackTarget;
import org.sallyport.itests.fuzz.targets.FlowTextTarget;
import org.sallyport.itests.fuzz.targets.InetDiagTarget;
import org.sallyport.itests.fuzz.targets.IpTarget;
import org.sallyport.itests.fuzz.targets.NetlinkTarget;
import org.sallyport.itests.fuzz.targets.NfqPacketTarget;
import org.sallyport.itests.fuzz.targets.RuleTextTarget;
import org.sallyport.nfqueue.internal.loop.AgentTarget;
import org.sallyport.store.file.internal.RuleFileTarget;

/** What is fuzzed. A target's name is its corpus' folder. */
enum Target {
  NETLINK(NetlinkTarget.class, NetlinkTarget::fuzzerTestOneInput, new NetlinkTarget()),
  NFQ_PACKET(NfqPacketTarget.class, NfqPacketTarget::fuzzerTestOneInput, new NfqPacketTarget()),
  INET_DIAG(InetDiagTarget.class, InetDiagTarget::fuzzerTestOneInput, new InetDiagTarget()),
  CONNTRACK(ConntrackTarget.class, ConntrackTarget::fuzzerTestOneInput, new ConntrackTarget()),
  IP(IpTarget.class, IpTarget::fuzzerTestOneInput, new IpTarget()),
  AGENT(AgentTarget.class, AgentTarget::fuzzerTestOneInput),
  RULE_TEXT(RuleTextTarget.class, RuleTextTarget::fuzzerTestOneInput),
  FLOW_TEXT(FlowTextTarget.class, FlowTextTarget::fuzzerTestOneInput),
  RULE_FILE(RuleFileTarget.class, RuleFileTarget::fuzzerTestOneInput),
  SETTINGS(SettingsTarget.class, SettingsTarget::fuzzerTestOneInput),
  LAST_GOOD(LastGoodTarget.class, LastGoodTarget::fuzzerTestOneInput),
  FRAME(FrameTarget.class, FrameTarget::fuzzerTestOneInput),
  CONTROL_SOCKET(ControlSocketTarget.class, ControlSocketTarget::fuzzerTestOneInput);

  /** One run of a target on one input. */
  @FunctionalInterface
  interface Run {
    void on(byte[] input) throws Exception;
  }

  private final Class<?> type;

  @SuppressWarnings("ImmutableEnumChecker") // a static method
  private final Run run;

  @SuppressWarnings("ImmutableEnumChecker") // used by one test at a time
  private final Optional<Decoder> decoder;

  Target(Class<?> type, Run run) {
    this(type, run, Optional.empty());
  }

  Target(Class<?> type, Run run, Decoder decoder) {
    this(type, run, Optional.of(decoder));
  }

  Target(Class<?> type, Run run, Optional<Decoder> decoder) {
    this.type = type;
    this.run = run;
    this.decoder = decoder;
  }

  /** Its name in commands and folders. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The class that Jazzer calls. */
  String className() {
    return type.getName();
  }

  /** The classes whose branches lead the fuzzer. */
  String instrumented() {
    String ours = "org.sallyport.**";
    return switch (this) {
      case RULE_TEXT, FLOW_TEXT -> ours + File.pathSeparator + "com.google.re2j.**";
      case RULE_FILE ->
          String.join(
              File.pathSeparator,
              ours,
              "org.yaml.snakeyaml.**",
              "com.fasterxml.jackson.dataformat.yaml.**");
      case SETTINGS, LAST_GOOD -> ours + File.pathSeparator + "org.yaml.snakeyaml.**";
      default -> ours;
    };
  }

  /** Runs it on one input; throws what it found. */
  void run(byte[] input) throws Exception {
    run.on(input);
  }

  /** The flyweight it tests, if it tests one. */
  Optional<Decoder> decoder() {
    return decoder;
  }
}
