// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.subject.KernelTap;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;

/** A source of subjects whose tap writes down what it is told. Misbehaves as its fields say. */
final class TestTap implements KernelTap, SubjectSource {

  private final String path;
  private final List<String> calls;
  boolean broken;
  boolean hostile;
  private boolean unseen;
  boolean proves;
  boolean stubborn;

  TestTap(String path, List<String> calls) {
    this.path = path;
    this.calls = calls;
  }

  @Override
  public String pinned() throws IOException {
    if (broken) {
      throw new IOException("no file system");
    }
    return path;
  }

  @Override
  public void inForce(boolean stands) {
    calls.add(path + " " + stands);
  }

  @Override
  public Optional<String> pinnedProof() {
    return proves ? Optional.of(path + "-proof") : Optional.empty();
  }

  @Override
  public void voidProofs() throws IOException {
    if (stubborn) {
      throw new IOException("no such map");
    }
    if (proves) {
      calls.add(path + " void");
    }
  }

  @Override
  public void proofInForce(boolean stands) {
    if (proves) {
      calls.add(path + " proof " + stands);
    }
  }

  @Override
  public void passesUnseen(boolean passes) {
    if (passes != unseen) {
      unseen = passes;
      calls.add(path + (passes ? " passes unseen" : " passes nothing unseen"));
    }
  }

  @Override
  public String name() {
    return path;
  }

  @Override
  public SubjectLookup open() throws IOException {
    throw new IOException("nobody asks");
  }

  @Override
  public Optional<KernelTap> tap() {
    if (hostile) {
      throw new IllegalStateException("hostile");
    }
    return Optional.of(this);
  }
}
