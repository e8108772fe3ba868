// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.sallyport.api.subject.KernelTap;
import org.sallyport.kernel.bpf.BpfProgram;
import org.sallyport.kernel.bpf.PinFolder;

/**
 * The pins of the tap and of the program that proves. Their names hold the programs' numbers, so
 * that a rule never leads to the program of an earlier daemon, whose memory nobody knows.
 */
final class BpfTap implements KernelTap {

  private final KernelSide kernel;
  private final Pairing pairing;
  private final Proofs proofs;
  private volatile boolean inForce;

  /**
   * Pins nothing yet.
   *
   * @param kernel has the programs
   * @param pairing is told what becomes of the packets that pass the tap
   * @param proofs is told whether they count
   */
  BpfTap(KernelSide kernel, Pairing pairing, Proofs proofs) {
    this.kernel = kernel;
    this.pairing = pairing;
    this.proofs = proofs;
  }

  @Override
  public String pinned() throws IOException {
    return pin("tap-", kernel.tap());
  }

  @Override
  public Optional<String> pinnedProof() throws IOException {
    return kernel.proof().isPresent()
        ? Optional.of(pin("proof-", kernel.proof().get()))
        : Optional.empty();
  }

  private static String pin(String name, BpfProgram program) throws IOException {
    PinFolder folder = PinFolder.ofNamespace();
    Path pin = folder.path().resolve(name + program.info().id());
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
  public void proofInForce(boolean stands) {
    proofs.inForce(stands);
  }

  @Override
  public void voidProofs() throws IOException {
    proofs.voidAll();
  }

  @Override
  public void passesUnseen(boolean passes) {
    pairing.passing(passes);
  }

  boolean isInForce() {
    return inForce;
  }
}
