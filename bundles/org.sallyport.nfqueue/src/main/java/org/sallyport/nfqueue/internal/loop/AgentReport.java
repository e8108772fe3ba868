// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

/**
 * What an agent tells about itself; outlives the agent.
 *
 * @param figures its counters
 * @param errors what went wrong, for a log
 * @param heartbeat whether it cycles
 */
public record AgentReport(AgentFigures figures, DistinctErrors errors, Heartbeat heartbeat) {

  /** An empty report. */
  public AgentReport() {
    this(new AgentFigures(), new DistinctErrors(), new Heartbeat());
  }
}
