// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.sockdiag.internal;

import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.kernel.diag.PortSockets;
import org.sallyport.kernel.diag.SockDiag;
import org.sallyport.kernel.proc.ProcFs;

/** Offers attribution by sock_diag as a service. */
@Component(service = SubjectSource.class, property = "service.ranking:Integer=200")
public final class SockdiagSource implements SubjectSource {

  /** The source's name. */
  static final String NAME = "sockdiag";

  private final Findings findings;

  /** Makes the source for this host's processes. */
  @Activate
  public SockdiagSource() {
    this(new ProcFs(ProcFs.ROOT));
  }

  SockdiagSource(ProcFs proc) {
    findings = new Findings(proc, System::nanoTime);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SubjectLookup open() throws IOException {
    SocketQuery query = new SocketQuery(new SockDiag());
    try {
      PortSockets ports = new PortSockets();
      return new SockdiagLookup(
          query, new DatagramSenders(query, ports, findings, System::nanoTime), findings);
    } catch (IOException e) {
      query.close();
      throw e;
    }
  }

  @Override
  public String figures() {
    return findings.finder().figures();
  }

  /** Stops what searches and hashes in the background; lookups still open find less. */
  @Deactivate
  void close() {
    findings.close();
  }
}
