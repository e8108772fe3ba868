// SPDX-License-Identifier: Apache-2.0
package org.sallyport.api.event;

import org.osgi.annotation.versioning.ConsumerType;

/** Where events go, registered as an OSGi service. */
@ConsumerType
public interface EventSink {

  /**
   * Takes one event. Called on the events thread, one call at a time; a slow sink makes events get
   * lost, which is counted. What it throws is logged and otherwise ignored.
   *
   * @param event the event; may be kept
   */
  void accept(FlowEvent event);
}
