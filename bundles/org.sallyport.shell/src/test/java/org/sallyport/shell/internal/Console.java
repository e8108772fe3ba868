// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs commands against a façade and keeps what they print. */
final class Console {

  final FakeAdmin admin = new FakeAdmin();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final int columns;

  Console() {
    this(0);
  }

  Console(int columns) {
    this.columns = columns;
  }

  int run(FwCommand command, String... arguments) {
    out.reset();
    err.reset();
    Output output = new Output(stream(out), stream(err), columns, columns > 0);
    return new Call(command).run(List.of(arguments), admin, output);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
