// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client asks for.
 *
 * @param arguments the command's name and its arguments, exactly as typed
 * @param terminal the client's terminal
 */
record Request(List<String> arguments, TerminalInfo terminal) {

  /** The version of the protocol spoken here. */
  static final int VERSION = 1;

  private static final int MAX_ARGUMENTS = 4096;

  Request {
    arguments = List.copyOf(arguments);
  }

  /**
   * Reads a request.
   *
   * @throws ProtocolException if the bytes are none
   * @throws Failure with status 2 if an argument cannot be a text
   */
  static Request decode(byte[] payload) throws ProtocolException, Failure {
    ByteBuffer in = ByteBuffer.wrap(payload);
    require(in, 6);
    int version = in.get() & 0xff;
    if (version != VERSION) {
      throw new ProtocolException(
          "the client speaks version "
              + version
              + " of the protocol, the daemon version "
              + VERSION
              + "; take both from one build");
    }
    int flags = in.get() & 0xff;
    int columns = in.getShort() & 0xffff;
    int rows = in.getShort() & 0xffff;
    String type = new String(take(in, shortLength(in)), StandardCharsets.UTF_8);
    String language = new String(take(in, shortLength(in)), StandardCharsets.UTF_8);
    List<String> arguments = arguments(in);
    if (in.hasRemaining()) {
      throw new ProtocolException("the request is longer than its parts");
    }
    return new Request(arguments, TerminalInfo.of(flags, columns, rows, type, language));
  }

  private static List<String> arguments(ByteBuffer in) throws ProtocolException, Failure {
    int count = shortLength(in);
    if (count == 0 || count > MAX_ARGUMENTS) {
      throw new ProtocolException(
          "a request has 1 to " + MAX_ARGUMENTS + " arguments, not " + count);
    }
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      require(in, 4);
      arguments.add(text(i + 1, take(in, in.getInt() & 0xffff_ffffL)));
    }
    return arguments;
  }

  /** Refuses what a Java string cannot hold: a mended argument would not be the one typed. */
  private static String text(int number, byte[] bytes) throws Failure {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf('\0') < 0) {
        return text;
      }
    } catch (CharacterCodingException e) {
      throw Failure.usage("argument " + number + " is not UTF-8 text", "", "");
    }
    throw Failure.usage("argument " + number + " holds a NUL byte", "", "");
  }

  private static int shortLength(ByteBuffer in) throws ProtocolException {
    require(in, 2);
    return in.getShort() & 0xffff;
  }

  private static byte[] take(ByteBuffer in, long length) throws ProtocolException {
    require(in, length);
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  private static void require(ByteBuffer in, long length) throws ProtocolException {
    if (in.remaining() < length) {
      throw new ProtocolException("the request is shorter than its parts");
    }
  }
}
