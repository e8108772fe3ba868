// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import static org.sallyport.kernel.bpf.Register.R0;
import static org.sallyport.kernel.bpf.Register.R1;
import static org.sallyport.kernel.bpf.Register.R10;
import static org.sallyport.kernel.bpf.Register.R2;
import static org.sallyport.kernel.bpf.Register.R3;
import static org.sallyport.kernel.bpf.Register.R7;
import static org.sallyport.kernel.bpf.Register.R8;
import static org.sallyport.kernel.bpf.Register.R9;

import java.util.OptionalInt;
import org.sallyport.kernel.bpf.Assembler;
import org.sallyport.kernel.bpf.Btf;
import org.sallyport.kernel.bpf.BtfException;
import org.sallyport.kernel.bpf.Code;
import org.sallyport.kernel.bpf.Condition;
import org.sallyport.kernel.bpf.Helper;
import org.sallyport.kernel.bpf.Register;
import org.sallyport.kernel.bpf.Width;

/**
 * Notes who holds the sockets that were there before the programs of {@link SocketPrograms} were:
 * the kernel calls this once for each open file of each process (iterator task_file). A socket that
 * was used since is noted already and left so; one that several processes hold is noted for the
 * first of them. That is enough for datagrams: the process that runs must be the one that is noted.
 * It is not for TCP, where who is noted counts for what the kernel sends again by itself: those
 * sockets are left to the next source. The file is held open meanwhile, so no socket is closed
 * between two of these steps.
 *
 * <p>A socket without a cookie is passed over: the kernel gives one when somebody asks, as a list
 * of all sockets does (sock_diag).
 *
 * <p>Helpers: sock_from_file, probe_read_kernel, ktime_get_boot_ns and those of maps: Linux 5.11.
 */
final class OlderSockets {

  // struct bpf_iter__task_file: meta, task, fd, file
  private static final int ITERATOR_TASK = 8;
  private static final int ITERATOR_FILE = 24;

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  private static final int TCP = 6;

  private final Btf types;
  private final Offsets offsets;
  private final Maps maps;
  private final Assembler code = new Assembler();
  private final Emitter emit;
  private final Noting noting;

  OlderSockets(Btf types, Offsets offsets, Maps maps) {
    this.types = types;
    this.offsets = offsets;
    this.maps = maps;
    this.emit = new Emitter(code, maps, Emitter.Reading.PROBED);
    this.noting = new Noting(offsets, maps, code, emit);
  }

  /** R7 is the task, R9 the socket (struct sock). */
  Code build(long namespace, int share) throws BtfException {
    code.load(Width.LONG, R7, R1, ITERATOR_TASK).jumpIf(R7, Condition.EQUAL, 0, "end");
    code.load(Width.LONG, R1, R1, ITERATOR_FILE).jumpIf(R1, Condition.EQUAL, 0, "end");
    code.call(Helper.SOCK_FROM_FILE).jumpIf(R0, Condition.EQUAL, 0, "end").move(R8, R0);
    emit.follow(R9, R8, types.offset("socket", "sk"), Noting.POINTER);
    code.jumpIf(R9, Condition.EQUAL, 0, "end");
    passOtherSockets(namespace);
    cgroup();
    emit.lookup(maps.sockets(), Noting.COOKIE);
    code.jumpIf(R0, Condition.NOT_EQUAL, 0, "end");
    holder();
    noting.account(share);
    noting.whatItRuns();
    noting.write(Noting.ONLY_NEW);
    code.jumpIf(R8, Condition.EQUAL, 0, "end");
    noting.giveBack();
    return code.label("end").move(R0, 0).exit().assemble();
  }

  private void passOtherSockets(long namespace) throws BtfException {
    number(Width.SHORT, R1, R9, types.offset("sock", "__sk_common.skc_family"));
    code.jumpIf(R1, Condition.EQUAL, AF_INET, "inet");
    code.jumpIf(R1, Condition.NOT_EQUAL, AF_INET6, "end").label("inet");
    emit.follow(R8, R9, types.offset("sock", "__sk_common.skc_net.net"), Noting.POINTER);
    number(Width.LONG, R1, R8, types.offset("net", "net_cookie"));
    code.moveLong(R2, namespace).jumpIf(R1, Condition.NOT_EQUAL, R2, "end");
    number(Width.SHORT, R1, R9, types.offset("sock", "sk_protocol"));
    code.jumpIf(R1, Condition.EQUAL, TCP, "end");
    code.store(Width.INT, R10, Noting.WHO + Layout.WHO_PROTOCOL, R1);
    number(Width.LONG, R1, R9, types.offset("sock", "__sk_common.skc_cookie"));
    code.jumpIf(R1, Condition.EQUAL, 0, "end").store(Width.LONG, R10, Noting.COOKIE, R1);
  }

  /** Of its creation; 0 where an older kernel keeps it in another way. */
  private void cgroup() throws BtfException {
    code.store(Width.LONG, R10, Noting.CGROUP, 0);
    OptionalInt at = types.find("sock", "sk_cgrp_data.cgroup"); // 5.16
    if (at.isPresent()) {
      emit.follow(R8, R9, at.getAsInt(), Noting.POINTER);
      emit.follow(R8, R8, types.offset("cgroup", "kn"), Noting.POINTER);
      emit.read(Noting.CGROUP, Width.LONG, R8, types.offset("kernfs_node", "id"));
    }
  }

  /** Who holds it, as {@link SocketPrograms} tells who makes it. */
  private void holder() throws BtfException {
    emit.read(Noting.WHO + Layout.WHO_PROCESS, Width.INT, R7, offsets.taskTgid);
    emit.follow(R8, R7, offsets.taskCredentials, Noting.POINTER);
    emit.read(Noting.WHO + Layout.WHO_USER, Width.INT, R8, offsets.credentialsUser);
    emit.read(Noting.WHO + Layout.WHO_GROUP, Width.INT, R8, offsets.credentialsGroup);
    code.load(Width.INT, R1, R10, Noting.WHO + Layout.WHO_USER);
    code.store(Width.LONG, R10, Noting.ACCOUNT, R1);
    code.store(Width.LONG, R10, Noting.TOLD, 0);
    code.address(R1, R10, Noting.WHO + Layout.WHO_NAME).move(R2, Layout.WHO_NAME_BYTES);
    code.address(R3, R7, types.offset("task_struct", "comm")).call(Helper.PROBE_READ_KERNEL);
  }

  private void number(Width width, Register target, Register base, int offset) {
    emit.read(Noting.POINTER, width, base, offset);
    code.load(width, target, R10, Noting.POINTER);
  }
}
