// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Optional;
import org.sallyport.itests.fuzz.kit.Check;

/** A client's bytes: frames until something is none, and a request in each that says it is one. */
public final class FrameTarget {

  private FrameTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    ByteArrayInputStream bytes = new ByteArrayInputStream(input);
    FrameReader reader = new FrameReader(Channels.newChannel(bytes));
    int read = 0;
    try {
      for (Optional<Frame> next = reader.read(); next.isPresent(); next = reader.read()) {
        Frame frame = next.get();
        read += 5 + frame.payload().length;
        Check.that(read <= input.length, "no more is read than came");
        Check.that(frame.payload().length <= frame.type().maxLength(), "a frame is bounded");
        decode(frame);
      }
      Check.that(read == input.length, "everything is read");
    } catch (ProtocolException e) {
      Check.sentence(e.getMessage(), 300);
    }
  }

  private static void decode(Frame frame) throws ProtocolException {
    if (frame.type() != FrameType.REQUEST) {
      return;
    }
    try {
      Request request = Request.decode(frame.payload());
      Check.that(!request.arguments().isEmpty(), "a request has a word");
      int length = request.arguments().stream().mapToInt(String::length).sum();
      Check.that(length <= frame.payload().length, "arguments are bounded");
      Check.that(request.arguments().stream().noneMatch(a -> a.indexOf('\0') >= 0), "no NUL");
      TerminalInfo terminal = request.terminal();
      Check.that(terminal.columns() >= 1 && terminal.columns() <= 1000, "columns");
      Check.that(terminal.rows() >= 1 && terminal.rows() <= 1000, "rows");
    } catch (Failure e) {
      Check.sentence(e.getMessage(), 300);
      Check.that(ControlServer.line(e, java.util.List.of()).length <= 1 << 16, "one frame");
    }
  }
}
