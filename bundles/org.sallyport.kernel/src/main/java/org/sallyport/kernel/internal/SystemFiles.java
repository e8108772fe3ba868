// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.sallyport.kernel.netlink.NativeBuffer;

/**
 * Small files of the kernel, read with one system call each and without the JDK's path objects:
 * looking for a socket's holder takes hundreds of such reads, where java.nio costs ten times the
 * call. Buffers belong to the thread; nothing is kept between calls.
 */
public final class SystemFiles {

  private static final int CURRENT_FOLDER = -100; // AT_FDCWD, linux/fcntl.h
  private static final int PATH_ONLY = 0x20_0000; // O_PATH
  private static final int READ_CLOSE_ON_EXEC = 0x80000; // O_RDONLY | O_CLOEXEC
  private static final int ESRCH = 3;
  private static final int PATH_BYTES = 4096;
  private static final int DATA_BYTES = 1 << 15;

  // struct linux_dirent64 (linux/dirent.h)
  private static final int ENTRY_LENGTH = 16;
  private static final int ENTRY_NAME = 19;

  private static final ThreadLocal<SystemFiles> OWN = ThreadLocal.withInitial(SystemFiles::new);

  private final NativeBuffer path = NativeBuffer.allocate(PATH_BYTES);
  private final NativeBuffer data = NativeBuffer.allocate(DATA_BYTES);

  private SystemFiles() {}

  /**
   * The start of a file.
   *
   * @param file its path
   * @param limit how many bytes at most
   * @return up to that many bytes
   * @throws IOException if it cannot be read
   */
  public static byte[] read(String file, int limit) throws IOException {
    return OWN.get().readStart(file, limit);
  }

  /**
   * Where a symbolic link leads.
   *
   * @param link its path
   * @return the bytes of its text
   * @throws IOException if it cannot be read
   */
  public static byte[] readLink(String link) throws IOException {
    SystemFiles own = OWN.get();
    int length = own.link(CURRENT_FOLDER, link);
    if (length < 0) {
      throw failure(link);
    }
    byte[] text = new byte[length];
    own.data.bytes().get(0, text);
    return text;
  }

  /**
   * Opens a file or folder, links followed.
   *
   * @param file its path
   * @return the descriptor, for the caller to close
   * @throws IOException if it cannot be opened
   */
  public static int openForReading(String file) throws IOException {
    return opened(file, READ_CLOSE_ON_EXEC);
  }

  /**
   * Opens a file for questions about it, which needs no right to read it ({@code O_PATH}).
   *
   * @param file its path
   * @return the descriptor, for the caller to close
   * @throws IOException if it leads nowhere
   */
  public static int openForQuestions(String file) throws IOException {
    return opened(file, READ_CLOSE_ON_EXEC | PATH_ONLY);
  }

  private static int opened(String file, int flags) throws IOException {
    int descriptor = OWN.get().open(file, flags);
    if (descriptor < 0) {
      throw failure(file);
    }
    return descriptor;
  }

  /**
   * The entries of a folder whose names are numbers.
   *
   * @param folder its path
   * @return the numbers, in no order; empty if the folder cannot be read
   */
  public static int[] numbers(String folder) {
    SystemFiles own = OWN.get();
    int descriptor = own.open(folder);
    if (descriptor < 0) {
      return new int[0];
    }
    try {
      return own.numbersOf(descriptor);
    } finally {
      LibC.close(descriptor);
    }
  }

  /** How far the number in a link stands above the link's own in {@link #numbersInLinks}. */
  public static final int LINK_BITS = 31;

  /**
   * The numbers that stand in the numbered links of a folder behind a certain start, as {@code 42}
   * in {@code socket:[42]}.
   *
   * @param folder its path
   * @param start how the links' texts start
   * @return for each link that starts so its number, above that of the link, in no order
   */
  public static long[] numbersInLinks(String folder, byte[] start) {
    SystemFiles own = OWN.get();
    int descriptor = own.open(folder);
    if (descriptor < 0) {
      return new long[0];
    }
    try {
      return IntStream.of(own.numbersOf(descriptor))
          .mapToLong(
              name ->
                  own.numberInLink(descriptor, Integer.toString(name), start) << LINK_BITS | name)
          .filter(entry -> entry >= 0)
          .toArray();
    } finally {
      LibC.close(descriptor);
    }
  }

  /**
   * The number in one such link.
   *
   * @param link its path
   * @param start how its text starts
   * @return the number, or -1 if the link starts otherwise or cannot be read
   */
  public static long numberInLink(String link, byte[] start) {
    return OWN.get().numberInLink(CURRENT_FOLDER, link, start);
  }

  private long numberInLink(int folder, String name, byte[] start) {
    int length = link(folder, name);
    if (length <= start.length || !startsWith(start)) {
      return -1;
    }
    long value = 0;
    int at = start.length;
    while (at < length && at < start.length + 18 && Character.isDigit(data.bytes().get(at))) {
      value = value * 10 + (data.bytes().get(at) - '0');
      at++;
    }
    return at > start.length && data.bytes().get(at) == ']' ? value : -1;
  }

  private boolean startsWith(byte[] start) {
    for (int i = 0; i < start.length; i++) {
      if (data.bytes().get(i) != start[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a link has a certain text.
   *
   * @param link its path
   * @param target the text
   * @return false also if the link cannot be read
   */
  public static boolean linkIs(String link, byte[] target) {
    return OWN.get().leads(CURRENT_FOLDER, link, target);
  }

  private byte[] readStart(String file, int limit) throws IOException {
    int descriptor = open(file);
    if (descriptor < 0) {
      throw failure(file);
    }
    try {
      byte[] text = new byte[Math.min(limit, DATA_BYTES)];
      int length = 0;
      while (length < text.length) {
        long count = LibC.read(descriptor, data.address(0), text.length - length);
        if (count < 0) {
          throw failure(file);
        }
        if (count == 0) {
          break;
        }
        data.bytes().get(0, text, length, (int) count);
        length += (int) count;
      }
      return Arrays.copyOf(text, length);
    } finally {
      LibC.close(descriptor);
    }
  }

  private int[] numbersOf(int descriptor) {
    IntStream.Builder numbers = IntStream.builder();
    long length = LibC.getdents64(descriptor, data.address(0), DATA_BYTES);
    while (length > 0) {
      int at = 0;
      while (at + ENTRY_NAME < length) {
        int number = number(at + ENTRY_NAME);
        if (number >= 0) {
          numbers.add(number);
        }
        at += Math.max(ENTRY_NAME + 1, data.bytes().getShort(at + ENTRY_LENGTH));
      }
      length = LibC.getdents64(descriptor, data.address(0), DATA_BYTES);
    }
    return numbers.build().toArray();
  }

  /** The number a name spells, -1 if it is none of up to nine digits. */
  private int number(int at) {
    int value = 0;
    int digits = 0;
    byte c = data.bytes().get(at);
    while (c >= '0' && c <= '9' && digits < 9) {
      value = value * 10 + (c - '0');
      digits++;
      c = data.bytes().get(at + digits);
    }
    return digits > 0 && c == 0 ? value : -1;
  }

  private boolean leads(int folder, String name, byte[] target) {
    return link(folder, name) == target.length && startsWith(target);
  }

  private int link(int folder, String name) {
    name(name);
    return (int) LibC.readlinkat(folder, path.address(0), data.address(0), PATH_BYTES);
  }

  private int open(String file) {
    return open(file, READ_CLOSE_ON_EXEC);
  }

  private int open(String file, int flags) {
    name(file);
    return LibC.openat(CURRENT_FOLDER, path.address(0), flags, 0);
  }

  private void name(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, PATH_BYTES - 1); // longer than any the kernel takes
    path.bytes().put(0, bytes, 0, length);
    path.bytes().put(length, (byte) 0);
  }

  static IOException failure(String file) {
    int error = LibC.errno();
    return error == LibC.ENOENT || error == ESRCH
        ? new NoSuchFileException(file)
        : new IOException(file + ": errno " + error);
  }
}
