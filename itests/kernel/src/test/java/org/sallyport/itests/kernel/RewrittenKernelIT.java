// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel;

/** {@link RewrittenDestinations} in rules of iptables-nft, decided at once. */
class RewrittenKernelIT extends RewrittenDestinations {

  @Override
  String variant() {
    return "nft";
  }

  @Override
  String source() {
    return "bpf";
  }
}
