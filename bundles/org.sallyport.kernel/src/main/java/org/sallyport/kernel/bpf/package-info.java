// SPDX-License-Identifier: Apache-2.0
/**
 * BPF programs without a compiler: instructions assembled in memory, offsets of kernel structures
 * from the kernel's own BTF, maps, programs, links and pins through bpf(2) of linux/bpf.h.
 *
 * <p>Nothing here stays when the process ends, however it ends: links are descriptors, and the
 * kernel takes a program off where its link was the last. Only a pin outlives it.
 */
@Export(attribute = {"sallyport=ground", "mandatory:=sallyport"})
@Version("1.0.0")
package org.sallyport.kernel.bpf;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
