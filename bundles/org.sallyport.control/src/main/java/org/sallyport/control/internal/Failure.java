// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.util.List;
import org.sallyport.api.admin.AdminException;

/** A command that did not come to be carried out, as the client's user is told. */
final class Failure extends Exception {

  private static final long serialVersionUID = 1L;

  /** Refused or failed. */
  static final int REFUSED = 1;

  /** Wrong usage. */
  static final int USAGE = 2;

  private final int status;
  private final String where;
  private final String hint;

  private Failure(int status, String message, String where, String hint) {
    super(message);
    this.status = status;
    this.where = where;
    this.hint = hint;
  }

  static Failure usage(String message, String where, String hint) {
    return new Failure(USAGE, message, where, hint);
  }

  static Failure refused(String message, String where, String hint) {
    return new Failure(REFUSED, message, where, hint);
  }

  static Failure of(AdminException e) {
    int status = e.kind() == AdminException.Kind.USAGE ? USAGE : REFUSED;
    return new Failure(status, String.valueOf(e.getMessage()), e.where(), e.hint());
  }

  /** The exit status. */
  int status() {
    return status;
  }

  /** The text for standard error, one line, in the form the arguments ask for. */
  String render(List<String> arguments) {
    return wantsJson(arguments) ? json() : sentence();
  }

  private static boolean wantsJson(List<String> arguments) {
    int end = arguments.indexOf("--");
    return (end < 0 ? arguments : arguments.subList(0, end)).contains("--json");
  }

  private String sentence() {
    return "sallyport: "
        + (where.isEmpty() ? "" : plain(where) + ": ")
        + plain(getMessage())
        + (hint.isEmpty() ? "" : " (" + plain(hint) + ")");
  }

  private String json() {
    return "{\"error\":{\"message\":"
        + quoted(getMessage())
        + ",\"where\":"
        + quoted(where)
        + ",\"hint\":"
        + quoted(hint)
        + "}}";
  }

  /**
   * Everything but printable ASCII, letters and digits becomes an escape: nothing steers a
   * terminal.
   */
  private static String plain(String text) {
    return escape(text, false);
  }

  private static String quoted(String text) {
    return "\"" + escape(text, true) + "\"";
  }

  private static String escape(String text, boolean json) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (json && (c == '"' || c == '\\')) {
        out.append('\\').append(c);
      } else if (isHarmless(c)) {
        out.append(c);
      } else {
        out.append(String.format("\\u%04x", (int) c));
      }
    }
    return out.toString();
  }

  private static boolean isHarmless(char c) {
    return c < 0x7f ? c >= ' ' : c > 0x9f && Character.isLetterOrDigit(c);
  }
}
