// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.internal;

import com.sun.jna.Native;

/**
 * The C library, mapped directly. Addresses and {@code size_t} are {@code long} (64-bit hosts
 * only), so that no call allocates. Error numbers: {@link #errno()} right after a call that
 * returned -1, on the same thread.
 */
public final class LibC {

  /** EPERM: not permitted. */
  public static final int EPERM = 1;

  /** ENOENT: no such thing. */
  public static final int ENOENT = 2;

  /** EINTR: a signal came first. */
  public static final int EINTR = 4;

  /** EBADF: not an open descriptor. */
  public static final int EBADF = 9;

  /** ENOSYS: the kernel has no such call. */
  public static final int ENOSYS = 38;

  /** EAGAIN: nothing there yet. */
  public static final int EAGAIN = 11;

  /** EBUSY. */
  public static final int EBUSY = 16;

  /** EBADMSG: not what was asked for. */
  public static final int EBADMSG = 74;

  /** ENOBUFS: messages were lost on their way to this socket. */
  public static final int ENOBUFS = 105;

  /** ECONNREFUSED: nobody listens there. */
  public static final int ECONNREFUSED = 111;

  static {
    Native.register(LibC.class, "c");
  }

  private LibC() {}

  /**
   * The error number of this thread's last call.
   *
   * @return a positive errno
   */
  public static int errno() {
    return Native.getLastError();
  }

  /** {@code int socket(int domain, int type, int protocol)}. */
  public static native int socket(int domain, int type, int protocol);

  /** {@code int bind(int fd, const struct sockaddr *addr, socklen_t len)}. */
  public static native int bind(int fd, long address, int length);

  /** {@code int connect(int fd, const struct sockaddr *addr, socklen_t len)}. */
  public static native int connect(int fd, long address, int length);

  /** {@code int getsockopt(int fd, int level, int name, void *value, socklen_t *len)}. */
  public static native int getsockopt(int fd, int level, int name, long value, long length);

  /** {@code int setsockopt(int fd, int level, int name, const void *value, socklen_t len)}. */
  public static native int setsockopt(int fd, int level, int name, long value, int length);

  /** {@code ssize_t send(int fd, const void *buf, size_t len, int flags)}. */
  public static native long send(int fd, long buffer, long length, int flags);

  /** {@code ssize_t recv(int fd, void *buf, size_t len, int flags)}. */
  public static native long recv(int fd, long buffer, long length, int flags);

  /**
   * {@code int recvmmsg(int fd, struct mmsghdr *vec, unsigned vlen, int flags, struct timespec
   * *timeout)}.
   */
  public static native int recvmmsg(int fd, long vector, int count, int flags, long timeout);

  /**
   * {@code int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t
   * *mask)}.
   */
  public static native int ppoll(long descriptors, long count, long timeout, long signalMask);

  /** {@code int eventfd(unsigned int initval, int flags)}. */
  public static native int eventfd(int initialValue, int flags);

  /** {@code ssize_t read(int fd, void *buf, size_t count)}. */
  public static native long read(int fd, long buffer, long count);

  /** {@code ssize_t write(int fd, const void *buf, size_t count)}. */
  public static native long write(int fd, long buffer, long count);

  /** {@code int openat(int dirfd, const char *path, int flags, mode_t mode)}. */
  public static native int openat(int folder, long path, int flags, int mode);

  /** {@code ssize_t getdents64(int fd, void *dirp, size_t count)}; in glibc since 2.30. */
  public static native long getdents64(int fd, long entries, long count);

  /** {@code ssize_t readlinkat(int dirfd, const char *path, char *buf, size_t size)}. */
  public static native long readlinkat(int folder, long path, long buffer, long size);

  /**
   * {@code int statx(int dirfd, const char *path, int flags, unsigned mask, struct statx *buf)}; in
   * glibc since 2.28.
   */
  public static native int statx(int folder, long path, int flags, int mask, long result);

  /** {@code int ioctl(int fd, unsigned long request, void *argument)}. */
  public static native int ioctl(int fd, long request, long argument);

  /** {@code off_t lseek(int fd, off_t offset, int whence)}. */
  public static native long lseek(int fd, long offset, int whence);

  /** {@code int open_by_handle_at(int mount_fd, struct file_handle *handle, int flags)}. */
  public static native int open_by_handle_at(int mount, long handle, int flags);

  /** {@code int setpriority(int which, id_t who, int value)}; 0, 0 is the calling thread. */
  public static native int setpriority(int which, int who, int value);

  /** {@code int setns(int fd, int nstype)}: moves the calling thread. */
  public static native int setns(int fd, int type);

  /** {@code int fanotify_init(unsigned int flags, unsigned int event_f_flags)}. */
  public static native int fanotify_init(int flags, int eventFlags);

  /**
   * {@code int fanotify_mark(int fd, unsigned int flags, uint64_t mask, int dirfd, const char
   * *path)}.
   */
  public static native int fanotify_mark(int fd, int flags, long mask, int folder, long path);

  /** {@code long syscall(long number, ...)}, with three arguments. */
  public static native long syscall(long number, long first, long second, long third);

  /** {@code int getpagesize(void)}. */
  public static native int getpagesize();

  /** {@code void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)}. */
  @SuppressWarnings("checkstyle:ParameterNumber") // as the C library has it
  public static native long mmap(
      long address, long length, int protection, int flags, int fd, long offset);

  /** {@code int munmap(void *addr, size_t len)}. */
  public static native int munmap(long address, long length);

  /**
   * {@code int mount(const char *source, const char *target, const char *type, unsigned long flags,
   * const void *data)}.
   */
  public static native int mount(long source, long target, long type, long flags, long data);

  /** {@code int close(int fd)}. */
  public static native int close(int fd);
}
