// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.sallyport.api.match.Truth;
import org.sallyport.api.rule.Criterion;
import org.sallyport.engine.internal.text.CriterionException;
import org.sallyport.engine.internal.text.NearWord;

/**
 * Capabilities of the effective set, by name or number.
 *
 * @param wanted one bit for each that the criterion names; any of them will do
 */
public record Capabilities(long wanted) implements ValueTest<Long> {

  /** In the order of their numbers, linux/capability.h. */
  private static final List<String> NAMES =
      List.of(
          "chown",
          "dac_override",
          "dac_read_search",
          "fowner",
          "fsetid",
          "kill",
          "setgid",
          "setuid",
          "setpcap",
          "linux_immutable",
          "net_bind_service",
          "net_broadcast",
          "net_admin",
          "net_raw",
          "ipc_lock",
          "ipc_owner",
          "sys_module",
          "sys_rawio",
          "sys_chroot",
          "sys_ptrace",
          "sys_pacct",
          "sys_admin",
          "sys_boot",
          "sys_nice",
          "sys_resource",
          "sys_time",
          "sys_tty_config",
          "mknod",
          "lease",
          "audit_write",
          "audit_control",
          "setfcap",
          "mac_override",
          "mac_admin",
          "syslog",
          "wake_alarm",
          "block_suspend",
          "audit_read",
          "perfmon",
          "bpf",
          "checkpoint_restore");

  private static final String PREFIX = "cap_";
  private static final int MAX_NUMBER = 63; // the set has 64 bits; later kernels may name more

  static Capabilities of(Criterion criterion) {
    long wanted = 0;
    for (String value : criterion.values()) {
      wanted |= bit(value);
    }
    return new Capabilities(wanted);
  }

  /** The bit of one capability. */
  public static long bit(String value) {
    if (value.matches("[0-9]{1,2}")) {
      return 1L << IdTest.number("process.cap", value, 0, MAX_NUMBER);
    }
    String name = value.toLowerCase(Locale.ROOT);
    int number = NAMES.indexOf(name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : "");
    if (number < 0) {
      List<String> names = NAMES.stream().map(known -> PREFIX + known).toList();
      throw new CriterionException(
          "process.cap: '" + value + "' is no capability",
          NearWord.of(name.startsWith(PREFIX) ? name : PREFIX + name, names)
              .map(near -> "Did you mean " + near + "?")
              .orElse("Write a name of capabilities(7), for example cap_net_raw, or a number."));
    }
    return 1L << number;
  }

  @Override
  public Truth test(Long effective) {
    return Truth.of((effective & wanted) != 0);
  }

  /** A set in words. */
  static String text(long effective) {
    TreeSet<String> words = new TreeSet<>();
    for (int i = 0; i <= MAX_NUMBER; i++) {
      if ((effective >>> i & 1) == 1) {
        words.add(i < NAMES.size() ? PREFIX + NAMES.get(i) : Integer.toString(i));
      }
    }
    if (words.isEmpty()) {
      return "none";
    }
    return words.size() >= NAMES.size() ? "all" : String.join(",", words);
  }
}
