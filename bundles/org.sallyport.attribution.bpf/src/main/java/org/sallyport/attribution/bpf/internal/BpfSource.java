// SPDX-License-Identifier: Apache-2.0
package org.sallyport.attribution.bpf.internal;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.sallyport.api.subject.KernelTap;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers attribution by BPF as a service; where a trial fails, it says why and is not used. */
@Component(service = SubjectSource.class, property = "service.ranking:Integer=300")
public final class BpfSource implements SubjectSource {

  /** The source's name. */
  static final String NAME = "bpf";

  private static final Logger LOG = LoggerFactory.getLogger(BpfSource.class);
  private static final String RANKING = "service.ranking";

  private record Ranked(SubjectSource source, int ranking) {}

  private final List<Ranked> others = new CopyOnWriteArrayList<>();
  private volatile Optional<SubjectSource> next = Optional.empty();
  private final Optional<Attribution> attribution;
  private final String unavailable;

  /** Loads, attaches and tries the programs; takes some 500 ms. */
  @Activate
  public BpfSource() {
    Optional<Attribution> started = Optional.empty();
    String reason = "";
    try {
      started = Optional.of(new Attribution());
    } catch (IOException | RuntimeException | LinkageError e) {
      LOG.warn("programs of this host are not told by its kernel", e);
      reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("it could not be tried");
    }
    attribution = started;
    unavailable = reason;
  }

  @Reference(
      target = "(!(service.ranking>=300))",
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindOther(SubjectSource other, Map<String, Object> properties) {
    Object ranking = properties.get(RANKING);
    others.add(new Ranked(other, ranking instanceof Integer number ? number : 0));
    chooseNext();
  }

  void unbindOther(SubjectSource other) {
    others.removeIf(ranked -> ranked.source == other);
    chooseNext();
  }

  private void chooseNext() {
    next =
        others.stream()
            .filter(ranked -> ranked.source.unavailable().isEmpty())
            .max(Comparator.comparingInt(Ranked::ranking))
            .map(Ranked::source);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> unavailable() {
    return attribution.isPresent() ? Optional.empty() : Optional.of(unavailable);
  }

  @Override
  public SubjectLookup open() throws IOException {
    return attribution
        .orElseThrow(() -> new IOException("attribution by BPF: " + unavailable))
        .open(() -> next);
  }

  /** Its records are written as packets are sent; nobody writes them while it is away. */
  @Override
  public boolean isWorthWaitingFor() {
    return false;
  }

  @Override
  public String figures() {
    return attribution.map(Attribution::figures).orElse("");
  }

  @Override
  public Optional<KernelTap> tap() {
    return attribution.map(Attribution::tap);
  }

  /** Detaches the programs; lookups still open find nothing by them any more. */
  @Deactivate
  void close() {
    attribution.ifPresent(Attribution::close);
  }
}
