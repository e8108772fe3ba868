// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.plugin;

import org.sallyport.engine.internal.text.CriterionException;

/** A plugin does not compile a criterion; the message goes to a person. */
public final class PluginRefusal extends CriterionException {

  private static final long serialVersionUID = 1L;

  /** Creates it with what is wrong and what to do. */
  public PluginRefusal(String message, String hint) {
    super(message, hint);
  }
}
