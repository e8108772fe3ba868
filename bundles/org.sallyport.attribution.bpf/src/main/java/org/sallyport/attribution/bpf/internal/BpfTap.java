// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.sallyport.api.subject.KernelTap;
import org.sallyport.kernel.bpf.BpfProgram;
import org.sallyport.kernel.bpf.PinFolder;

/**
 * The tap's pin. Its name holds the program's number, so that a rule never leads to the program of
 * an earlier daemon, whose ring nobody reads.
 */
final class BpfTap implements KernelTap {

  private final BpfProgram program;
  private final Pairing pairing;
  private volatile boolean inForce;

  /**
   * Pins nothing yet.
   *
   * @param program the tap
   * @param pairing is told what becomes of the packets that pass it
   */
  BpfTap(BpfProgram program, Pairing pairing) {
    this.program = program;
    this.pairing = pairing;
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
    pairing.standing(stands);
  }

  @Override
  public void passesUnseen(boolean passes) {
    pairing.passing(passes);
  }

  boolean isInForce() {
    return inForce;
  }
}
