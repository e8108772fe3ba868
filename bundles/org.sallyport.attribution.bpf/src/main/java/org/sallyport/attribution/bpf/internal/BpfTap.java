// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.sallyport.api.subject.KernelTap;
import org.sallyport.kernel.bpf.BpfProgram;
import org.sallyport.kernel.bpf.PinFolder;

/**
 * The tap's pin. Its name holds the program's number, so that a rule never leads to the program of
 * an earlier daemon, whose ring nobody reads.
 */
final class BpfTap implements KernelTap {

  private final BpfProgram program;
  private final Consumer<Boolean> standing;
  private volatile boolean inForce;

  /**
   * Pins nothing yet.
   *
   * @param program the tap
   * @param standing is told whether packets pass it
   */
  BpfTap(BpfProgram program, Consumer<Boolean> standing) {
    this.program = program;
    this.standing = standing;
  }

  @Override
  public String pinned() throws IOException {
    PinFolder folder = PinFolder.ofNamespace();
    Path pin = folder.path().resolve("tap-" + program.info().id());
    if (Files.exists(pin, LinkOption.NOFOLLOW_LINKS)) {
      if (!PinFolder.info(pin).equals(program.info())) {
        throw new IOException(pin + " is another program");
      }
    } else {
      folder.make();
      program.pin(pin);
    }
    return pin.toString();
  }

  @Override
  public void inForce(boolean stands) {
    inForce = stands;
    standing.accept(stands);
  }

  boolean isInForce() {
    return inForce;
  }
}
