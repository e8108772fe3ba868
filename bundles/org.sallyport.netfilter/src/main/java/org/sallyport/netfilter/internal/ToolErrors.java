// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sallyport.netfilter.NetfilterException;
import org.sallyport.netfilter.NetfilterException.Kind;

/** Turns what iptables prints on failure into a sentence with a cause and something to do. */
final class ToolErrors {

  private static final int TEXT_MAX = 300;
  private static final Pattern LINE = Pattern.compile("\\bline:? (\\d{1,9})");

  private ToolErrors() {}

  static NetfilterException restore(String tool, CommandResult result, String input) {
    return failure(tool, result, offendingLine(result.errors(), input));
  }

  static NetfilterException read(String tool, CommandResult result) {
    return failure(tool, result, "");
  }

  /** Text of the kernel or a tool, made harmless for a terminal or log and cut. */
  static String show(String text) {
    String safe = text.strip().replaceAll("\\s+", " ").replaceAll("[\\p{C}]", "?");
    return safe.length() <= TEXT_MAX ? safe : safe.substring(0, TEXT_MAX) + "…";
  }

  private static NetfilterException failure(String tool, CommandResult result, String where) {
    Kind kind = kindOf(result.errors());
    return new NetfilterException(
        kind,
        tool
            + " failed with exit code "
            + result.exitCode()
            + where
            + ": "
            + show(result.errors())
            + advice(kind));
  }

  private static Kind kindOf(String errors) {
    if (errors.contains("Permission denied") || errors.contains("Operation not permitted")) {
      return Kind.PERMISSION;
    }
    if (errors.contains("xtables lock") || errors.contains("Resource temporarily unavailable")) {
      return Kind.LOCKED;
    }
    if (errors.contains("incompatible, use 'nft' tool")) {
      return Kind.INCOMPATIBLE_TABLE;
    }
    boolean kernel =
        errors.contains("Couldn't load ")
            || errors.contains("do you need to insmod")
            || errors.contains("missing kernel module")
            || errors.contains("(Protocol not supported)")
            || errors.contains("(Operation not supported)");
    return kernel ? Kind.KERNEL : Kind.REFUSED;
  }

  private static String advice(Kind kind) {
    return switch (kind) {
      case PERMISSION -> "; run as root with CAP_NET_ADMIN in this network namespace";
      case LOCKED -> "; another program changes the rules, try again";
      case INCOMPATIBLE_TABLE -> "; remove the nft rules from iptables' table";
      case KERNEL -> "; the kernel or iptables lacks a module, load or install it";
      default -> "";
    };
  }

  /** Of two ways to report a line, iptables 1.8 counts one too many in "Error occurred at". */
  private static String offendingLine(String errors, String input) {
    Matcher matcher = LINE.matcher(errors);
    if (!matcher.find()) {
      return "";
    }
    List<String> lines = input.lines().toList();
    int last = Integer.parseInt(matcher.group(1));
    int first = errors.contains("Error occurred at") ? Math.max(1, last - 1) : last;
    if (first < 1 || last > lines.size()) {
      return "";
    }
    return " near line "
        + first
        + " '"
        + show(String.join("' '", lines.subList(first - 1, last)))
        + "'";
  }
}
