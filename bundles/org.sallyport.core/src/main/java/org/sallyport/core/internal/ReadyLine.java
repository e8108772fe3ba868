// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.sallyport.kernel.proc.OpenDescriptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code sallyport: ready} to the launcher's standard output. The launcher keeps that open
 * under a number of its own, so that nothing else in the process can write there by accident.
 */
final class ReadyLine implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(ReadyLine.class);

  @Override
  public void run() {
    LOG.info("ready");
    String descriptor = System.getProperty("sallyport.ready.fd", "");
    if (!descriptor.matches("\\d{1,4}")) {
      return; // not started by the launcher
    }
    try {
      byte[] line = "sallyport: ready\n".getBytes(StandardCharsets.US_ASCII);
      OpenDescriptor.write(Integer.parseInt(descriptor), line);
    } catch (IOException e) {
      LOG.warn("nobody reads whether the daemon is ready", e);
    }
  }
}
