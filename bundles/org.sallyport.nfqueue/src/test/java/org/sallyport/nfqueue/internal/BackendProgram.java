// SPDX-License-Identifier: Apache-2.0
package org.sallyport.nfqueue.internal;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.sallyport.api.backend.BackendException;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Enforcement;
import org.sallyport.api.backend.FailModes;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.packet.PacketView;
import org.sallyport.kernel.diag.SockDiag;
import org.sallyport.kernel.netlink.KernelException;
import org.sallyport.netfilter.Chain;
import org.sallyport.netfilter.ChainSpec;
import org.sallyport.netfilter.HeaderMatch.DestinationPorts;
import org.sallyport.netfilter.Protocol;
import org.sallyport.netfilter.Rule;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.frame.Frame;
import org.sallyport.netfilter.frame.Outcome;
import org.sallyport.netfilter.frame.Section;
import org.sallyport.netfilter.internal.RealNetfilter;
import org.sallyport.nfqueue.internal.loop.GatedSubjects;
import org.sallyport.nfqueue.internal.loop.PortPolicy;
import org.sallyport.nfqueue.internal.loop.TestContext;

/**
 * The real backend as a program of its own, so that a test can start it in a network namespace and
 * kill it. Commands on standard input, one answer line each on standard output.
 */
final class BackendProgram {

  static final int ALLOWED = 7001;
  static final int DENIED = 7002;
  static final int REJECTED = 7003;
  static final int SLOW = 7004;

  private final TestContext context = new TestContext().holding(Duration.ofSeconds(10));
  private final GatedSubjects subjects = new GatedSubjects(SLOW, BackendProgram::cookies);
  private final Frame frame;
  private NfqueueBackend backend;
  private FutureTask<String> retirement;
  private final StringBuilder errors = new StringBuilder();

  private BackendProgram(Path state) {
    frame = RealNetfilter.frame(state);
    backend = newBackend();
    context.setSubjects(Optional.of(subjects));
  }

  private NfqueueBackend newBackend() {
    return new NfqueueBackend(frame, line -> errors.append(line).append(' '));
  }

  /** The kernel's own cookies, asked on the thread that gets the function. */
  private static ToLongFunction<PacketView> cookies() {
    try {
      SockDiag diag = new SockDiag();
      return packet ->
          SockDiag.supports(packet.protocol()) && isFound(diag, packet) ? diag.cookie() : 0;
    } catch (KernelException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isFound(SockDiag diag, PacketView packet) {
    return diag.local(packet.localHigh(), packet.localLow(), packet.localPort())
            .remote(packet.remoteHigh(), packet.remoteLow(), packet.remotePort())
            .lookup(packet.protocol())
        == SockDiag.Outcome.FOUND;
  }

  public static void main(String[] arguments) throws IOException {
    PrintStream answers =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    BackendProgram program = new BackendProgram(Path.of(arguments[0]));
    answers.println("started");
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      answers.println(program.answer(line.split(" ")).replace('\n', ' '));
    }
  }

  private String answer(String[] words) {
    try {
      return switch (words[0]) {
        case "enforce" -> enforce(words);
        case "guard" -> guard(words);
        case "stop" -> stop();
        case "expire" -> expire();
        case "count" -> "" + context.failures().get(Situation.parse(words[1]).orElseThrow());
        case "resources" -> resources();
        case "release" -> release();
        case "generation" -> backend.generationInKernel().toString();
        case "health" -> backend.health() + " " + errors;
        case "counts" -> context.attribution().exact() + " " + context.events().size();
        case "disarm" -> disarm();
        case "rules" -> rules(words);
        case "both" -> both(words);
        case "retire" -> retire();
        case "retired" -> retirement.get();
        default -> "what? " + words[0];
      };
    } catch (BackendException | IOException | InterruptedException | ExecutionException e) {
      return "failed: " + e.getMessage();
    }
  }

  /** {@code enforce GENERATION MODE closed|open [deny-all|reject-slow|drop-all|loopback]}. */
  private String enforce(String[] words) throws BackendException {
    int generation = Integer.parseInt(words[1]);
    String special = words.length > 4 ? words[4] : "";
    Set<Integer> denied =
        special.equals("deny-all") ? Set.of(ALLOWED, DENIED, SLOW) : Set.of(DENIED);
    Set<Integer> rejected =
        special.equals("reject-slow") ? Set.of(REJECTED, SLOW) : Set.of(REJECTED);
    context.publish(new PortPolicy(generation, denied, rejected));
    FailModes modes = words[3].equals("open") ? FailModes.OPEN : FailModes.CLOSED;
    if (special.equals("drop-all")) {
      modes = modes.with(Situation.NO_LISTENER, Choice.DROP_ALL);
    }
    backend.enforce(
        context,
        new Enforcement(
            Mode.valueOf(words[2]),
            generation,
            modes,
            special.equals("loopback"),
            EnumSet.of(Direction.OUT),
            false));
    return "done";
  }

  /** {@code guard GENERATION closed|open}. */
  private String guard(String[] words) throws BackendException {
    int generation = Integer.parseInt(words[1]);
    FailModes modes = words[2].equals("open") ? FailModes.OPEN : FailModes.CLOSED;
    backend.guard(
        context,
        new Enforcement(Mode.ENFORCE, generation, modes, false, EnumSet.of(Direction.OUT), false));
    return "done";
  }

  /** As when the bundle is updated: this instance leaves, the next one has not been ordered yet. */
  private String stop() {
    backend.handOver();
    backend = newBackend();
    return "done";
  }

  /** As when no next instance came in time. */
  private String expire() {
    try {
      context.leases().adopt("nfqueue " + TestContext.QUEUE).orElseThrow().close();
      return "done";
    } catch (Exception e) { // declared by AutoCloseable
      return "failed: " + e;
    }
  }

  /** {@code DESCRIPTORS HEAP}: how many are open, and how many KiB are reachable. */
  private static String resources() throws IOException {
    System.gc();
    Runtime memory = Runtime.getRuntime();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count() + " " + (memory.totalMemory() - memory.freeMemory()) / 1024;
    }
  }

  private String release() {
    subjects.release();
    return "done";
  }

  /** {@code rules GENERATION}: another backend decides in the kernel; it allows everything. */
  private String rules(String[] words) {
    stage(Rule.of(new Target.GoTo(Outcome.ALLOW.chain(Direction.OUT))));
    frame.commit(stacked(words[1], "test"), context.marks());
    return "done";
  }

  /** {@code both GENERATION}: that backend allows port {@link #DENIED}, the queue has the rest. */
  private String both(String[] words) throws BackendException {
    stage(
        Rule.of(
            new Target.GoTo(Outcome.ALLOW.chain(Direction.OUT)),
            new DestinationPorts(Protocol.TCP, DENIED, DENIED)));
    Enforcement order = stacked(words[1], "test", NfqueueBackend.NAME);
    context.publish(new PortPolicy(order.generation(), Set.of(DENIED), Set.of(REJECTED)));
    backend.prepare(context, order);
    backend.enforce(context, order);
    return "done";
  }

  private void stage(Rule rule) {
    Chain entry = new Chain("SALLYPORT-TEST");
    List<ChainSpec> chains = List.of(new ChainSpec(entry, List.of(rule)));
    frame.stage("test", new Section.Rules(Map.of(Direction.OUT, entry), chains));
  }

  private static Enforcement stacked(String generation, String... stack) {
    return new Enforcement(
        Mode.ENFORCE,
        Integer.parseInt(generation),
        FailModes.CLOSED,
        false,
        EnumSet.of(Direction.OUT),
        false,
        List.of(stack),
        Optional.empty());
  }

  /** Begins to; {@code retired} awaits the end. */
  private String retire() {
    retirement =
        new FutureTask<>(
            () -> {
              backend.retire();
              return "done";
            });
    new Thread(retirement, "retirement").start();
    return "begun";
  }

  private String disarm() throws BackendException {
    backend.disarm();
    return "done";
  }
}
