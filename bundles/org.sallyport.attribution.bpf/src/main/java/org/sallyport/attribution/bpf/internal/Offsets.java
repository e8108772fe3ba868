// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.util.OptionalInt;
import org.sallyport.kernel.bpf.Btf;
import org.sallyport.kernel.bpf.BtfException;

/** Where the running kernel keeps what the programs read, in bytes from the structures' starts. */
final class Offsets {

  final int taskTgid;
  final int taskExecId;
  final int taskLeader;
  final int taskStart;
  final int taskParent;
  final int taskMemory;
  final int taskCredentials;
  final int credentialsUser;
  final int credentialsGroup;
  final int taskNamespaces;
  final int memoryFile;
  final int fileInode;
  final int fileDentry;
  final int fileMount;
  final int inodeNumber;
  final int inodeGeneration;
  final int inodeSuper;
  final int inodeSize;
  final int inodeChangedSeconds;
  final int inodeChangedNs;
  final int superDevice;
  final int mountInside;
  final int mountParent;
  final int mountPoint;
  final int mountRoot;
  final int mountNamespace;
  final int dentryParent;
  final int dentryName;
  final int dentryHash;
  final int namespacesMount;
  final int mountNamespaceNumber;
  final int binaryAskedFor;
  final int binaryInterpreted;

  Offsets(Btf btf) throws BtfException {
    taskTgid = btf.offset("task_struct", "tgid");
    taskExecId = btf.offset("task_struct", "self_exec_id");
    taskLeader = btf.offset("task_struct", "group_leader");
    taskStart = btf.offset("task_struct", "start_boottime");
    taskParent = btf.offset("task_struct", "real_parent");
    taskMemory = btf.offset("task_struct", "mm");
    taskCredentials = btf.offset("task_struct", "cred");
    credentialsUser = btf.offset("cred", "uid");
    credentialsGroup = btf.offset("cred", "gid");
    taskNamespaces = btf.offset("task_struct", "nsproxy");
    memoryFile = btf.offset("mm_struct", "exe_file");
    fileInode = btf.offset("file", "f_inode");
    fileDentry = btf.offset("file", "f_path.dentry");
    fileMount = btf.offset("file", "f_path.mnt");
    inodeNumber = btf.offset("inode", "i_ino");
    inodeGeneration = btf.offset("inode", "i_generation");
    inodeSuper = btf.offset("inode", "i_sb");
    inodeSize = btf.offset("inode", "i_size");
    inodeChangedSeconds = first(btf, "i_ctime_sec", "__i_ctime.tv_sec", "i_ctime.tv_sec");
    inodeChangedNs = first(btf, "i_ctime_nsec", "__i_ctime.tv_nsec", "i_ctime.tv_nsec");
    superDevice = btf.offset("super_block", "s_dev");
    mountInside = btf.offset("mount", "mnt");
    mountParent = btf.offset("mount", "mnt_parent");
    mountPoint = btf.offset("mount", "mnt_mountpoint");
    mountNamespace = btf.offset("mount", "mnt_ns");
    mountRoot = btf.offset("vfsmount", "mnt_root");
    dentryParent = btf.offset("dentry", "d_parent");
    dentryName = btf.offset("dentry", "d_name.name");
    dentryHash = btf.offset("dentry", "d_hash.pprev");
    namespacesMount = btf.offset("nsproxy", "mnt_ns");
    mountNamespaceNumber = btf.offset("mnt_namespace", "ns.inum");
    binaryAskedFor = btf.offset("linux_binprm", "filename");
    binaryInterpreted = btf.offset("linux_binprm", "interp");
  }

  /** A file's change time has had three names: Linux 6.11, 6.6, and before. */
  private static int first(Btf btf, String... names) throws BtfException {
    for (String name : names) {
      OptionalInt offset = btf.find("inode", name);
      if (offset.isPresent()) {
        return offset.getAsInt();
      }
    }
    throw new BtfException("struct inode of this kernel has no " + names[names.length - 1]);
  }
}
