// SPDX-License-Identifier: Apache-2.0
/** The rules of the frame with the sections in it, and what brings them into the kernel. */
package org.sallyport.netfilter.internal.frame;
