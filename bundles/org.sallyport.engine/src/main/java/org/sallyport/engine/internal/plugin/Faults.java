// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

/** What plugins throw. */
final class Faults {

  private static final int MAX_MESSAGE = 200;

  private Faults() {}

  /**
   * Whether it says nothing about the plugin, and the JVM must end as configured. A stack that
   * overflows is the plugin's own.
   */
  static boolean isOurs(Throwable e) {
    return e instanceof VirtualMachineError && !(e instanceof StackOverflowError);
  }

  /** One bounded line; getMessage() is the plugin's code too and may throw in turn. */
  static String inWords(Throwable e) {
    String name = e.getClass().getSimpleName();
    try {
      String message = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", " ");
      int end = Math.min(message.length(), MAX_MESSAGE);
      return e.getMessage() == null ? name : name + ": " + message.substring(0, end);
    } catch (RuntimeException | LinkageError | StackOverflowError again) {
      return name;
    }
  }
}
