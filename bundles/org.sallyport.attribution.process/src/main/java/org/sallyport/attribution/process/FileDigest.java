// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.process;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.sallyport.kernel.netlink.NativeBuffer;
import org.sallyport.kernel.proc.FileState;
import org.sallyport.kernel.proc.OpenExecutable;

/** Hashes one opened executable. Confined to one thread at a time. */
final class FileDigest implements Closeable {

  private static final int BUFFER = 1 << 18;
  private static final int ATTEMPTS = 3;

  /**
   * The kernel stamps changes with a clock that stands still for up to 10 ms: a file that changed
   * less than this before it is read may change again without its time moving.
   */
  private static final long SETTLED_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private final OpenExecutable file;

  /** What came of it. */
  sealed interface Outcome {
    /** All was read, and the file was the same before and after. */
    record Hashed(FileState file, String hex) implements Outcome {}

    /** There is no hash. */
    record Failed(String reason) implements Outcome {}
  }

  FileDigest(OpenExecutable file) {
    this.file = file;
  }

  /** The file's state now, if the kernel tells. */
  Optional<FileState> startState() {
    try {
      return Optional.of(file.state());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  Outcome compute() {
    NativeBuffer buffer = NativeBuffer.allocate(BUFFER);
    try {
      for (int i = 0; i < ATTEMPTS && !Thread.currentThread().isInterrupted(); i++) {
        FileState before = file.state();
        awaitSettled(before);
        Optional<String> hex = read(before.size(), buffer);
        if (hex.isPresent() && before.equals(file.state())) {
          return new Outcome.Hashed(before, hex.get());
        }
        file.rewind();
      }
      return new Outcome.Failed("the program's file is written to while it is read");
    } catch (IOException e) {
      return new Outcome.Failed("the program's file cannot be read: " + e.getMessage());
    }
  }

  private static void awaitSettled(FileState state) {
    long nowNs = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    long ageNs = nowNs - state.changedNs();
    if (ageNs >= 0 && ageNs < SETTLED_NS) {
      LockSupport.parkNanos(SETTLED_NS - ageNs);
    }
  }

  /** Empty if the file has another length than it said. */
  private Optional<String> read(long size, NativeBuffer buffer) throws IOException {
    MessageDigest sha256 = sha256();
    long left = size;
    int count = file.read(buffer);
    while (count > 0 && count <= left && !Thread.currentThread().isInterrupted()) {
      ByteBuffer part = buffer.bytes().duplicate();
      sha256.update(part.position(0).limit(count));
      left -= count;
      count = file.read(buffer);
    }
    return count == 0 && left == 0
        ? Optional.of(HexFormat.of().formatHex(sha256.digest()))
        : Optional.empty();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
