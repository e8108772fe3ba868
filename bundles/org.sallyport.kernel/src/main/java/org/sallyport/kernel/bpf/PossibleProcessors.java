// SPDX-License-Identifier: Apache-2.0
package org.sallyport.kernel.bpf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many processors this kernel can ever have, which is how many values some maps give. */
public final class PossibleProcessors {

  private static final Path FILE = Path.of("/sys/devices/system/cpu/possible");
  private static final int MOST = 1 << 16;

  private PossibleProcessors() {}

  /**
   * Their number.
   *
   * @return 1 or more
   * @throws IOException if the kernel does not tell
   */
  public static int count() throws IOException {
    String text = Files.readString(FILE, StandardCharsets.US_ASCII).strip();
    String last = text.substring(text.lastIndexOf(',') + 1);
    String highest = last.substring(last.lastIndexOf('-') + 1);
    if (!highest.matches("\\d{1,5}") || Integer.parseInt(highest) >= MOST) {
      throw new IOException("the processors of this kernel are not understood");
    }
    return Integer.parseInt(highest) + 1;
  }
}
