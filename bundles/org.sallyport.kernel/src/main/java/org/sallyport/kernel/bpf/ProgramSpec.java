// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.util.Objects;

/**
 * Where a program is to run.
 *
 * @param name for people: 1 to 15 of {@code A-Z a-z 0-9 _ .}
 * @param hook what calls it
 * @param function of an {@link Hook#ITERATOR}: the kernel's function, see {@link Btf#function};
 *     else 0
 */
public record ProgramSpec(String name, Hook hook, int function) {

  /** Checks the name. */
  public ProgramSpec {
    MapSpec.requireName(name);
    Objects.requireNonNull(hook, "hook");
    if ((hook == Hook.ITERATOR) != (function != 0)) {
      throw new IllegalArgumentException(hook + " with the function " + function);
    }
  }

  /** For all hooks that need no function. */
  public ProgramSpec(String name, Hook hook) {
    this(name, hook, 0);
  }

  /**
   * What calls programs (enum bpf_prog_type and bpf_attach_type of linux/bpf.h). Contexts are the
   * structures of linux/bpf.h that the comments name.
   */
  public enum Hook {
    /** A packet that meets a match of iptables (xt_bpf, 4.10); {@code struct __sk_buff}. */
    PACKET(1, 0),
    /** An INET socket is made (4.10); {@code struct bpf_sock}; 1 lets it. */
    SOCKET_CREATE(9, 2),
    /** An INET socket is closed for the last time (5.9); {@code struct bpf_sock}; 1. */
    SOCKET_RELEASE(9, 34),
    /** connect(2) of an IPv4 socket (4.17); {@code struct bpf_sock_addr}; 1 lets it. */
    CONNECT_4(18, 10),
    /** connect(2) of an IPv6 socket (4.17). */
    CONNECT_6(18, 11),
    /** A datagram with an address of its own, IPv4 (4.18); {@code struct bpf_sock_addr}; 1. */
    SEND_4(18, 14),
    /** A datagram with an address of its own, IPv6 (4.18). */
    SEND_6(18, 15),
    /** A tracepoint by its name (4.17); its raw arguments, 8 bytes each. */
    RAW_TRACEPOINT(17, 0),
    /**
     * Things the kernel goes through for somebody who asks (5.8); {@code struct bpf_iter__NAME},
     * its pointers may be null. Needs the function {@code bpf_iter_NAME} of the kernel; see {@link
     * BpfIterator}.
     */
    ITERATOR(26, 28);

    private final int type;
    private final int attachType;

    Hook(int type, int attachType) {
      this.type = type;
      this.attachType = attachType;
    }

    int type() {
      return type;
    }

    int attachType() {
      return attachType;
    }

    /** Whether it belongs to a cgroup, and with it to the processes in that. */
    boolean isOfCgroup() {
      return this != PACKET && this != RAW_TRACEPOINT && this != ITERATOR;
    }
  }
}
