// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import org.sallyport.api.subject.Executable;
import org.sallyport.api.subject.FileIdentity;
import org.sallyport.kernel.proc.FileState;
import org.sallyport.kernel.proc.ProcExecutable;

/** Executables as the API tells them and as they are read. */
public final class Executables {

  private Executables() {}

  /**
   * What was read of a process's file, for rules.
   *
   * @param read as read
   * @return the same in the API's words
   */
  public static Executable of(ProcExecutable read) {
    FileState file = read.file();
    FileIdentity identity =
        new FileIdentity(
            file.device(), file.inode(), file.generation(), file.size(), file.changedNs());
    return new Executable(read.path(), identity, read.hostNamespace(), read.deleted());
  }

  /**
   * Which file a rule's words mean, for whoever reads files.
   *
   * @param file in the API's words
   * @return the same as it is read
   */
  public static FileState stateOf(FileIdentity file) {
    return new FileState(
        file.device(), file.inode(), file.generation(), file.size(), file.changedNs());
  }
}
