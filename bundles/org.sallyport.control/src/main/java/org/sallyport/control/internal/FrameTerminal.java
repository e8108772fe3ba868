// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.apache.karaf.shell.api.console.SignalListener;
import org.apache.karaf.shell.api.console.Terminal;
import org.jline.terminal.Size;
import org.jline.terminal.impl.ExternalTerminal;

/**
 * The client's terminal for line editing. The client hands over raw keys; line discipline, and
 * turning Ctrl-C into an interrupt, are done here.
 */
final class FrameTerminal extends ExternalTerminal implements Terminal {

  FrameTerminal(TerminalInfo info, InputStream in, OutputStream out) throws IOException {
    super("sallyport", info.type(), in, out, StandardCharsets.UTF_8);
    setSize(new Size(info.columns(), info.rows()));
  }

  /** The client's window changed. */
  void resize(int columns, int rows) {
    setSize(new Size(TerminalInfo.size(columns, 80), TerminalInfo.size(rows, 24)));
    raise(Signal.WINCH);
  }

  @Override
  public int getWidth() {
    return getSize().getColumns();
  }

  @Override
  public int getHeight() {
    return getSize().getRows();
  }

  @Override
  public boolean isAnsiSupported() {
    return !"dumb".equals(getType());
  }

  @Override
  public boolean isEchoEnabled() {
    return echo();
  }

  @Override
  public void setEchoEnabled(boolean enabled) {
    echo(enabled);
  }

  // Karaf's listeners are not used by a JLine session, which hears signals from JLine itself.

  @Override
  public void addSignalListener(
      SignalListener listener, org.apache.karaf.shell.api.console.Signal... signal) {}

  @Override
  public void addSignalListener(
      SignalListener listener, EnumSet<org.apache.karaf.shell.api.console.Signal> signals) {}

  @Override
  public void addSignalListener(SignalListener listener) {}

  @Override
  public void removeSignalListener(SignalListener listener) {}
}
