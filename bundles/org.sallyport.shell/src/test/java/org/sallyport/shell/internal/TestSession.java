// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.impl.console.HeadlessSessionImpl;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;

/** A session of Karaf's own, without a terminal. */
final class TestSession extends HeadlessSessionImpl {

  TestSession() {
    this(new SessionFactoryImpl(new ThreadIOImpl()), stream());
  }

  private TestSession(SessionFactoryImpl factory, PrintStream out) {
    super(factory, factory.getCommandProcessor(), new ByteArrayInputStream(new byte[0]), out, out);
  }

  private static PrintStream stream() {
    return new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
  }
}
