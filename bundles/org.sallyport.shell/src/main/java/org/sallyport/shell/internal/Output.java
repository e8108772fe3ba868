// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.table.ShellTable;
import org.sallyport.codec.text.Escapes;

/**
 * Where a command prints, and what is known of the terminal there.
 *
 * @param out standard output
 * @param err standard error
 * @param columns the terminal's width, or 0 where output goes to a file or pipe
 * @param boxes whether the terminal shows box-drawing characters
 */
record Output(PrintStream out, PrintStream err, int columns, boolean boxes) {

  /**
   * The streams of the calling thread. The shell directs the process's streams per thread, which is
   * what makes pipes of the console work; so they are asked for when the command runs.
   */
  static Output of(Session session) {
    boolean tty =
        session.get("sallyport.tty") instanceof Boolean told ? told : session.getTerminal() != null;
    boolean utf8 = session.get("sallyport.utf8") instanceof Boolean told ? told : tty;
    return new Output(System.out, System.err, tty ? width(session) : 0, tty && utf8);
  }

  private static int width(Session session) {
    int width =
        session.getTerminal() != null
            ? session.getTerminal().getWidth()
            : session.get("COLUMNS") instanceof Integer told ? told : 0;
    return width > 0 ? width : 80;
  }

  /** Prints a line, steering characters escaped. */
  void line(String text) {
    out.println(Escapes.plain(text));
  }

  /** Prints a value as JSON on one line, at once. */
  void json(JsonNode value) {
    out.println(Json.write(value));
    out.flush();
  }

  /** Prints a table whose cells went through {@link Escapes}. */
  void table(ShellTable table) {
    if (!boxes) {
      table.forceAscii();
    }
    table.print(out, StandardCharsets.UTF_8, true);
  }
}
