// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;

/**
 * The firewall as it stands.
 *
 * @param version the product's version
 * @param armed whether anything of ours is meant to be in the kernel; false after {@code down}
 * @param mode whether verdicts bind
 * @param defaults the verdict where no rule matches
 * @param loopback whether traffic of this host with itself is judged
 * @param revision the policy's revision in force; 0 before the first
 * @param generation its short number in the kernel's marks; 0 before the first
 * @param engine whether an engine is present
 * @param backends the backends
 * @param stores the stores
 * @param fail each situation's choice and count
 * @param attribution who finds the programs, and how often
 * @param settings what commands have set, over the settings file
 * @param unconfirmed changes that wait for confirmation
 * @param notSeen what netfilter never sees here, for people
 * @param problems what a person must mend, for example a conflict of marks
 * @param bootDeadline how long the first policy waits for stores and providers, and packets for it
 * @param swapGrace how long a part may be away before that changes anything
 */
public record FirewallStatus(
    String version,
    boolean armed,
    Mode mode,
    Map<Direction, Verdict> defaults,
    boolean loopback,
    long revision,
    int generation,
    boolean engine,
    List<BackendStatus> backends,
    List<StoreStatus> stores,
    Map<Situation, FailStatus> fail,
    AttributionStatus attribution,
    Map<String, String> settings,
    Optional<Unconfirmed> unconfirmed,
    List<String> notSeen,
    List<String> problems,
    Duration bootDeadline,
    Duration swapGrace) {

  /** Refuses null and copies the collections. */
  public FirewallStatus {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(attribution, "attribution");
    Objects.requireNonNull(unconfirmed, "unconfirmed");
    Objects.requireNonNull(bootDeadline, "bootDeadline");
    Objects.requireNonNull(swapGrace, "swapGrace");
    defaults = Map.copyOf(defaults);
    backends = List.copyOf(backends);
    stores = List.copyOf(stores);
    fail = Map.copyOf(fail);
    settings = Map.copyOf(settings);
    notSeen = List.copyOf(notSeen);
    problems = List.copyOf(problems);
  }

  /**
   * A firewall whose waits are those of a first start: 10 and 5 seconds.
   *
   * @param version the product's version
   * @param armed whether anything of ours is meant to be in the kernel
   * @param mode whether verdicts bind
   * @param defaults the verdict where no rule matches
   * @param loopback whether traffic of this host with itself is judged
   * @param revision the policy's revision in force
   * @param generation its short number in the kernel's marks
   * @param engine whether an engine is present
   * @param backends the backends
   * @param stores the stores
   * @param fail each situation's choice and count
   * @param attribution who finds the programs, and how often
   * @param settings what commands have set
   * @param unconfirmed changes that wait for confirmation
   * @param notSeen what netfilter never sees here
   * @param problems what a person must mend
   */
  public FirewallStatus(
      String version,
      boolean armed,
      Mode mode,
      Map<Direction, Verdict> defaults,
      boolean loopback,
      long revision,
      int generation,
      boolean engine,
      List<BackendStatus> backends,
      List<StoreStatus> stores,
      Map<Situation, FailStatus> fail,
      AttributionStatus attribution,
      Map<String, String> settings,
      Optional<Unconfirmed> unconfirmed,
      List<String> notSeen,
      List<String> problems) {
    this(
        version,
        armed,
        mode,
        defaults,
        loopback,
        revision,
        generation,
        engine,
        backends,
        stores,
        fail,
        attribution,
        settings,
        unconfirmed,
        notSeen,
        problems,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5));
  }
}
