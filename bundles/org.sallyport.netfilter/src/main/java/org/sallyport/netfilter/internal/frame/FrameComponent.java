// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal.frame;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.netfilter.Netfilter;
import org.sallyport.netfilter.RuleSet;
import org.sallyport.netfilter.frame.Frame;
import org.sallyport.netfilter.frame.Section;

/** Offers {@link KernelFrame} as a service. Coming and going changes nothing in the kernel. */
@Component(service = Frame.class)
public final class FrameComponent implements Frame {

  private final KernelFrame frame;

  /**
   * Does nothing yet.
   *
   * @param netfilter the writer of rules
   */
  @Activate
  public FrameComponent(@Reference Netfilter netfilter) {
    frame = new KernelFrame(netfilter);
  }

  @Override
  public void stage(String backend, Section section) {
    frame.stage(backend, section);
  }

  @Override
  public void unstage(String backend) {
    frame.unstage(backend);
  }

  @Override
  public void commit(Enforcement order, MarkLayout marks) {
    frame.commit(order, marks);
  }

  @Override
  public RuleSet rules(Enforcement order, MarkLayout marks, Map<String, Section> sections) {
    return frame.rules(order, marks, sections);
  }

  @Override
  public void remove() {
    frame.remove();
  }

  @Override
  public Optional<Enforcement> inForce() {
    return frame.inForce();
  }

  @Override
  public Set<String> backends() {
    return frame.backends();
  }

  @Override
  public List<String> differences() {
    return frame.differences();
  }

  @Override
  public List<String> conflicts(MarkLayout marks) {
    return frame.conflicts(marks);
  }

  @Override
  public OptionalInt generation() {
    return frame.generation();
  }

  @Override
  public Counts counts() {
    return frame.counts();
  }
}
