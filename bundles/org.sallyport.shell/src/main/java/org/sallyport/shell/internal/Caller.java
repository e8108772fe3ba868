// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.karaf.shell.api.console.Session;
import org.sallyport.api.admin.AdminException;

/**
 * Who calls a command, and from where.
 *
 * @param who for the history
 * @param remote whether the caller says to be in a login over SSH; a warning hangs on this, never a
 *     right
 * @param asked whether somebody at a terminal can be asked
 * @param interactive whether the command was typed in the console, where input is the keyboard
 * @param input standard input
 * @param keyboard the shell's own way to read a line, where it is interactive
 */
record Caller(
    String who,
    boolean remote,
    boolean asked,
    boolean interactive,
    InputStream input,
    Keyboard keyboard) {

  /** Reads a line that somebody types, where the shell edits lines; null at the end. */
  interface Keyboard {
    String readLine(String prompt) throws IOException;
  }

  /** Nobody in particular, who says nothing. */
  static final Caller UNKNOWN =
      new Caller("", false, false, false, InputStream.nullInputStream(), prompt -> null);

  private static final int MAX_LINE_BYTES = 200;

  /** The caller of a session. */
  static Caller of(Session session) {
    return new Caller(
        session.get("sallyport.who") instanceof String name ? name : "",
        Boolean.TRUE.equals(session.get("sallyport.ssh")),
        Boolean.TRUE.equals(session.get("sallyport.asks")),
        session.getTerminal() != null,
        session.getKeyboard() == null ? InputStream.nullInputStream() : session.getKeyboard(),
        prompt -> session.readLine(prompt, null));
  }

  /** Asks a question; empty if there is no answer. */
  Optional<String> ask(String question, Output output) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      if (interactive) {
        return Optional.ofNullable(keyboard.readLine(question));
      }
      output.err().print(question);
      output.err().flush();
      int next = input.read();
      while (next >= 0 && next != '\n' && next != '\r' && line.size() < MAX_LINE_BYTES) {
        line.write(next);
        next = input.read();
      }
      return next < 0 ? Optional.empty() : Optional.of(line.toString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty(); // whoever went away does not agree
    }
  }

  /** All of standard input, as text. */
  String text(String name, int maxBytes) {
    try {
      byte[] bytes = input.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw AdminException.refused(
            "the policy is larger than " + maxBytes + " bytes", name, "nothing was changed");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new AdminException(
          AdminException.Kind.USAGE, "this is not UTF-8 text", name, "save it in UTF-8", e);
    } catch (IOException e) {
      throw new AdminException(
          AdminException.Kind.REFUSED, "could not be read: " + e.getMessage(), name, "", e);
    }
  }
}
