// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

/**
 * {@link RewrittenDestinations} in rules of iptables-legacy, by a source whose searches have flows
 * wait.
 */
class RewrittenLegacyKernelIT extends RewrittenDestinations {

  @Override
  String variant() {
    return "legacy";
  }

  @Override
  String source() {
    return "sockdiag";
  }
}
