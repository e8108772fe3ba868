// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

/** {@link RewrittenDestinations} in rules of iptables-nft. */
class RewrittenKernelIT extends RewrittenDestinations {

  @Override
  String variant() {
    return "nft";
  }
}
