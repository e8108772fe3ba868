// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.util.Objects;
import org.sallyport.kernel.proc.CgroupPaths;
import org.sallyport.kernel.proc.ProcFs;

/**
 * Where the facts about a source's processes are read; all parts are thread-safe.
 *
 * @param proc reads {@code /proc}
 * @param hasher computes SHA-256
 * @param cgroups tells a cgroup's path
 * @param source the name of the source
 */
record ProcessFacts(ProcFs proc, ExecutableHasher hasher, CgroupPaths cgroups, String source) {

  ProcessFacts {
    Objects.requireNonNull(proc, "proc");
    Objects.requireNonNull(hasher, "hasher");
    Objects.requireNonNull(cgroups, "cgroups");
    Objects.requireNonNull(source, "source");
  }
}
