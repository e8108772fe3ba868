// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import org.sallyport.attribution.process.AncestorReader;
import org.sallyport.attribution.process.Belonging;
import org.sallyport.attribution.process.ExecutableHasher;
import org.sallyport.kernel.proc.CgroupPaths;
import org.sallyport.kernel.proc.ProcFs;

/**
 * Where facts about a sender are read that the kernel did not note; all parts are thread-safe.
 *
 * @param proc reads {@code /proc}
 * @param hasher computes SHA-256
 * @param cgroups tells a cgroup's path
 * @param ancestors follows a process's parents
 * @param belonging tells a process's application
 */
record Facts(
    ProcFs proc,
    ExecutableHasher hasher,
    CgroupPaths cgroups,
    AncestorReader ancestors,
    Belonging belonging) {}
