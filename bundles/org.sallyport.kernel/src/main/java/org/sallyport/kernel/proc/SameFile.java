// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.proc;

import java.util.List;
import java.util.Optional;

/** Whether processes that share a socket are one program. */
final class SameFile {

  private SameFile() {}

  /** Whether all of them run the same file now, as far as that can be read. */
  static boolean isRunByAll(ProcFs proc, List<SocketHolder> holders) {
    Optional<ProcExecutable> first = of(proc, holders.get(0));
    return first.isPresent()
        && holders.stream()
            .allMatch(h -> of(proc, h).filter(first.get()::isSameFileAs).isPresent());
  }

  private static Optional<ProcExecutable> of(ProcFs proc, SocketHolder holder) {
    return proc.executable(holder.pid()) instanceof ProcRead.Done<ProcExecutable> done
        ? Optional.of(done.value())
        : Optional.empty();
  }
}
