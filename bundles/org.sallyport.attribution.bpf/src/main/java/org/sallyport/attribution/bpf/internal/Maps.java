// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.Closeable;
import org.sallyport.kernel.bpf.BpfException;
import org.sallyport.kernel.bpf.BpfMap;
import org.sallyport.kernel.bpf.MapSpec;
import org.sallyport.kernel.bpf.MapSpec.Kind;

/**
 * The memory that the programs share with this process. All of it is bounded; see {@link Layout}
 * for what stands in it.
 *
 * @param sockets who made or uses a socket, by its cookie
 * @param users how many of those are each user's
 * @param packets what passed the tap, and which of those sockets were closed
 * @param execs what was executed
 * @param scratch where an execution is put together, one for each processor
 * @param losses how much found no room
 * @param proofs which senders may go on by themselves
 * @param epoch of which proofs count, at number 0
 */
record Maps(
    BpfMap sockets,
    BpfMap users,
    BpfMap packets,
    BpfMap execs,
    BpfMap scratch,
    BpfMap losses,
    BpfMap proofs,
    BpfMap epoch)
    implements Closeable {

  /** As many sockets at a time; entries take memory only while they are there. */
  private static final int MAX_SOCKETS = 262_144;

  /** Users of whom sockets are noted; those of any others are not. */
  private static final int MAX_USERS = 65_536;

  /** Senders that repeat themselves; the kernel takes the memory for all at once. */
  private static final int MAX_PROOFS = 16_384;

  /** Twice what a full queue of 8192 packets needs. */
  private static final int PACKET_RING = 4 << 20;

  /** Some 20 000 executions, between two looks a fifth of a second apart. */
  private static final int EXEC_RING = 4 << 20;

  static Maps create() throws BpfException {
    BpfMap sockets =
        BpfMap.create(
            new MapSpec("sp_sockets", Kind.HASH, Long.BYTES, Layout.WHO_VALUE_LENGTH, MAX_SOCKETS));
    BpfMap users =
        BpfMap.create(new MapSpec("sp_users", Kind.HASH, Integer.BYTES, Long.BYTES, MAX_USERS));
    BpfMap packets = BpfMap.create(MapSpec.ring("sp_packets", PACKET_RING));
    BpfMap execs = BpfMap.create(MapSpec.ring("sp_execs", EXEC_RING));
    BpfMap scratch =
        BpfMap.create(
            new MapSpec("sp_scratch", Kind.PER_CPU_ARRAY, Integer.BYTES, Layout.EXEC_SCRATCH, 1));
    BpfMap losses =
        BpfMap.create(
            new MapSpec("sp_losses", Kind.COUNTERS, Integer.BYTES, Long.BYTES, Layout.LOSSES));
    BpfMap proofs =
        BpfMap.create(
            new MapSpec("sp_proofs", Kind.LRU_HASH, Layout.PROOF_BYTES, Long.BYTES, MAX_PROOFS));
    BpfMap epoch = BpfMap.create(new MapSpec("sp_epoch", Kind.ARRAY, Integer.BYTES, Long.BYTES, 1));
    return new Maps(sockets, users, packets, execs, scratch, losses, proofs, epoch);
  }

  @Override
  public void close() {
    sockets.close();
    users.close();
    packets.close();
    execs.close();
    scratch.close();
    losses.close();
    proofs.close();
    epoch.close();
  }
}
