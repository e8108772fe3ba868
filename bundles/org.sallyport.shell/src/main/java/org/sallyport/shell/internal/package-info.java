// SPDX-License-Identifier: Apache-2.0
/**
 * The {@code fw} commands. A command is a small class with picocli annotations that talks to the
 * façade {@link org.sallyport.api.admin.FirewallAdmin} only; one adapter makes Karaf commands of
 * them.
 */
package org.sallyport.shell.internal;
