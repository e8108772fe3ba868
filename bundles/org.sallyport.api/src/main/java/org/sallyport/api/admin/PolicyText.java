// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.admin;

import java.util.Objects;

/**
 * A policy as one text.
 *
 * @param name where it comes from, for messages: a file's name
 * @param text YAML
 */
public record PolicyText(String name, String text) {

  /** Refuses null. */
  public PolicyText {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(text, "text");
  }
}
