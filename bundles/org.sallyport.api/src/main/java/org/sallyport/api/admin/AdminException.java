// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.Objects;

/** A command was not carried out; nothing of it was. */
public class AdminException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Whose fault it is, which is the exit status of a command. */
  public enum Kind {
    /** The words make no sense: exit status 2. */
    USAGE,
    /** Refused or failed: exit status 1. */
    REFUSED
  }

  private final Kind kind;
  private final String where;
  private final String hint;

  /**
   * Creates the exception.
   *
   * @param kind whose fault it is
   * @param message one clear sentence
   * @param where the place: a file and line, a word, a backend; may be empty
   * @param hint what to do; may be empty
   * @param cause the failure below, or null
   */
  public AdminException(Kind kind, String message, String where, String hint, Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.where = Objects.requireNonNull(where, "where");
    this.hint = Objects.requireNonNull(hint, "hint");
  }

  /**
   * The words make no sense.
   *
   * @param message one clear sentence
   * @param where the word it is about; may be empty
   * @param hint what to do; may be empty
   * @return the exception to throw
   */
  public static AdminException usage(String message, String where, String hint) {
    return new AdminException(Kind.USAGE, message, where, hint, null);
  }

  /**
   * Refused or failed.
   *
   * @param message one clear sentence
   * @param where the place; may be empty
   * @param hint what to do; may be empty
   * @return the exception to throw
   */
  public static AdminException refused(String message, String where, String hint) {
    return new AdminException(Kind.REFUSED, message, where, hint, null);
  }

  /**
   * Whose fault it is.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The place.
   *
   * @return may be empty
   */
  public String where() {
    return where;
  }

  /**
   * What to do.
   *
   * @return may be empty
   */
  public String hint() {
    return hint;
  }
}
