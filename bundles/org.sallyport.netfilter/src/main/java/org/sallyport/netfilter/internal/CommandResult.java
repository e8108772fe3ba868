// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

/** How a program ended: its exit code and what it wrote, both bounded by the runner. */
record CommandResult(int exitCode, String output, String errors) {}
