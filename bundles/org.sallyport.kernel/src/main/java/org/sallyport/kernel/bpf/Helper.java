// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

/**
 * Functions of the kernel that programs call, by their numbers (linux/bpf.h, ___BPF_FUNC_MAPPER).
 */
public enum Helper {
  /** {@code void *map_lookup_elem(map, key)}; null if there is none. */
  MAP_LOOKUP_ELEM(1),
  /** {@code long map_update_elem(map, key, value, flags)}. */
  MAP_UPDATE_ELEM(2),
  /** {@code long map_delete_elem(map, key)}. */
  MAP_DELETE_ELEM(3),
  /** {@code u64 ktime_get_ns()}: monotonic, without the time asleep; {@link System#nanoTime}'s. */
  KTIME_GET_NS(5),
  /** {@code u64 get_current_pid_tgid()}: process in the upper half, thread in the lower. */
  GET_CURRENT_PID_TGID(14),
  /** {@code u64 get_current_uid_gid()}: gid in the upper half, uid in the lower. */
  GET_CURRENT_UID_GID(15),
  /** {@code long get_current_comm(buffer, size)}. */
  GET_CURRENT_COMM(16),
  /** {@code long skb_load_bytes(skb, offset, to, length)}; negative if it is not that long. */
  SKB_LOAD_BYTES(26),
  /** {@code u64 get_current_task()}; 5.8 for all kinds of programs, GPL. */
  GET_CURRENT_TASK(35),
  /** {@code u64 get_socket_cookie(context)}. */
  GET_SOCKET_COOKIE(46),
  /** {@code u64 get_current_cgroup_id()}. */
  GET_CURRENT_CGROUP_ID(80),
  /** {@code u64 get_netns_cookie(context)}: of the socket's network namespace; 5.7. */
  GET_NETNS_COOKIE(122),
  /** {@code long probe_read_kernel(to, size, address)}; zeroes on failure; 5.5, GPL. */
  PROBE_READ_KERNEL(113),
  /** {@code long probe_read_kernel_str(to, size, address)}: length with its 0; 5.5, GPL. */
  PROBE_READ_KERNEL_STR(115),
  /** {@code u64 ktime_get_boot_ns()}: with the time asleep; 5.8. */
  KTIME_GET_BOOT_NS(125),
  /** {@code long ringbuf_output(ring, data, size, flags)}; negative if it is full; 5.8. */
  RINGBUF_OUTPUT(130),
  /** {@code struct task_struct *get_current_task_btf()}: its fields can be loaded; 5.16 for all. */
  GET_CURRENT_TASK_BTF(158),
  /** {@code u64 ktime_get_coarse_ns()}: {@link #KTIME_GET_NS} as of the last tick; 5.11. */
  KTIME_GET_COARSE_NS(160),
  /** {@code struct socket *sock_from_file(file)}; null if it is another kind of file; 5.11. */
  SOCK_FROM_FILE(162);

  private final int number;

  Helper(int number) {
    this.number = number;
  }

  /** What a call names it by. */
  int number() {
    return number;
  }
}
