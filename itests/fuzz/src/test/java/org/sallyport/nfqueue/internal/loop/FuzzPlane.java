// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal.loop;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.sallyport.api.backend.AttributionCounters;
import org.sallyport.api.backend.BackendContext;
import org.sallyport.api.backend.FailCounters;
import org.sallyport.api.backend.Leases;
import org.sallyport.api.backend.MarkLayout;
import org.sallyport.api.backend.SnapshotReader;
import org.sallyport.api.decision.CompiledRule;
import org.sallyport.api.decision.Decision;
import org.sallyport.api.decision.Evaluation;
import org.sallyport.api.decision.Explanation;
import org.sallyport.api.decision.PolicySnapshot;
import org.sallyport.api.decision.RuleCounter;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.event.FlowEvent;
import org.sallyport.api.packet.Flow;
import org.sallyport.api.packet.FlowView;
import org.sallyport.api.packet.PacketView;
import org.sallyport.api.subject.Fact;
import org.sallyport.api.subject.Subject;
import org.sallyport.api.subject.SubjectKind;
import org.sallyport.api.subject.SubjectLookup;
import org.sallyport.api.subject.SubjectSource;
import org.sallyport.api.subject.SubjectView;

/**
 * A control plane for garbage: the remote port says the verdict, whether the sender has to be
 * searched for, and whether the policy or the source throws.
 */
final class FuzzPlane implements BackendContext {

  private static final int THROWING_POLICY = 6;
  private static final int THROWING_SOURCE = 7;

  private final FailCounters failures = new FailCounters();
  private final AttributionCounters attribution = new AttributionCounters();
  private final MarkLayout marks = new MarkLayout(MarkLayout.DEFAULT_MASK);
  private final SubjectSource source = new PortSource();
  private final AtomicLong revision = new AtomicLong();

  /** Nothing decided before counts any more. */
  void move() {
    revision.incrementAndGet();
  }

  @Override
  public SnapshotReader reader(String name) {
    return new SnapshotReader() {
      @Override
      public Optional<PolicySnapshot> begin() {
        return Optional.of(new ByPort(revision.get()));
      }

      @Override
      public void end() {}

      @Override
      public void close() {}
    };
  }

  @Override
  public Optional<SubjectSource> subjects() {
    return Optional.of(source);
  }

  @Override
  public void record(FlowEvent event) {
    if (event.flow().toString().isEmpty()) {
      throw new AssertionError("a flow can be told");
    }
  }

  @Override
  public FailCounters failures() {
    return failures;
  }

  @Override
  public AttributionCounters attribution() {
    return attribution;
  }

  @Override
  public MarkLayout marks() {
    return marks;
  }

  @Override
  public int queueNumber() {
    return 5050;
  }

  @Override
  public Path stateFolder() {
    return Path.of("/nonexistent");
  }

  @Override
  public Leases leases() {
    return new Leases() {
      @Override
      public void leave(String name, AutoCloseable resource) {
        throw new UnsupportedOperationException("nobody leaves");
      }

      @Override
      public Optional<AutoCloseable> adopt(String name) {
        return Optional.empty();
      }
    };
  }

  /** Verdict by port and by where the packet leaves. */
  private record ByPort(long revision) implements PolicySnapshot {

    @Override
    public void decide(FlowView flow, SubjectView subject, Evaluation out) {
      int port = flow.remotePort() & 7;
      if (port == THROWING_POLICY) {
        throw new IllegalStateException("a matcher throws");
      }
      Verdict verdict =
          switch ((port + flow.interfaceName().length()) % 3) {
            case 0 -> Verdict.ALLOW;
            case 1 -> Verdict.DENY;
            default -> Verdict.REJECT;
          };
      if (subject.kind() == SubjectKind.UNKNOWN) {
        verdict = Verdict.DENY;
      }
      Optional<String> rule = Optional.of("rule");
      out.reset();
      out.decide(new Decision(verdict, rule, "by port", revision, new RuleCounter()));
    }

    @Override
    public Explanation explain(Flow flow, SubjectView subject) {
      throw new UnsupportedOperationException("nobody asks");
    }

    @Override
    public List<CompiledRule> rules() {
      return List.of();
    }
  }

  /** Knows everybody at once, but for ports whose sender it does not find however long it looks. */
  private static final class PortSource implements SubjectSource {

    private static final Fact<Long> NOBODY = new Fact.Unknown<>("fuzz");
    private static final Subject PROGRAM =
        Subject.without(SubjectKind.PROCESS, NOBODY, NOBODY, NOBODY, "fuzz");
    private static final Subject PENDING =
        Subject.without(SubjectKind.PENDING, NOBODY, NOBODY, NOBODY, "fuzz");

    @Override
    public String name() {
      return "fuzz";
    }

    @Override
    public SubjectLookup open() {
      return new SubjectLookup() {
        @Override
        public long socketOf(PacketView packet) {
          return packet.hasPorts() ? 1 + packet.localPort() : 0;
        }

        @Override
        public SubjectView findNow(PacketView packet) {
          if ((packet.remotePort() & 15) == THROWING_SOURCE) {
            throw new IllegalStateException("a source throws");
          }
          return (packet.remotePort() & 16) == 0 ? PROGRAM : PENDING;
        }

        @Override
        public Subject find(PacketView packet, long deadlineNs) {
          return UnknownSubject.of(packet, "not there");
        }

        @Override
        public void close() {}
      };
    }
  }
}
