// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter;

/**
 * The two programs called iptables. Each has tables of its own in the kernel, and a packet passes
 * the rules of both.
 */
public enum Variant {
  /** Writes to nf_tables ({@code xtables-nft-multi}). */
  NFT("iptables-nft"),
  /** Writes to the older ip_tables ({@code xtables-legacy-multi}). */
  LEGACY("iptables-legacy");

  private final String label;

  Variant(String label) {
    this.label = label;
  }

  /**
   * How messages name the variant.
   *
   * @return {@code iptables-nft} or {@code iptables-legacy}
   */
  public String label() {
    return label;
  }

  /**
   * The one that this is not.
   *
   * @return the other variant
   */
  public Variant other() {
    return this == NFT ? LEGACY : NFT;
  }
}
