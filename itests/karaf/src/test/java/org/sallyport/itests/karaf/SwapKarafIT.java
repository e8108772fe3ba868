// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.sallyport.api.admin.FirewallAdmin;

/** Features leave and come back while the façade and the commands go on answering. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class SwapKarafIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(20);

  @Inject private BootFinished bootFinished;
  @Inject private FeaturesService features;
  @Inject private SessionFactory sessions;
  @Inject private FirewallAdmin admin;

  @Configuration
  public Option[] configuration() throws IOException {
    return Distribution.options();
  }

  @Test
  public void shouldGoOnAnsweringWithoutTheEngine() throws Exception {
    assertThat(bootFinished).isNotNull();
    await(() -> admin.status().revision() > 0);
    AtomicLong last = new AtomicLong();

    without(
        "sallyport-engine",
        () -> {
          await(() -> !admin.status().engine());
          last.set(admin.status().revision());
          assertThat(last.get()).as("the last policy stays").isPositive();
          assertThat(new Shell(sessions).run("fw:status")).contains("absent");
        });

    await(() -> admin.status().engine() && admin.status().revision() > last.get());
  }

  @Test
  public void shouldGoOnAnsweringWithoutStore() throws Exception {
    await(() -> isPresent("memory"));

    without(
        "sallyport-store-memory",
        () -> {
          await(() -> !isPresent("memory"));
          assertThat(new Shell(sessions).run("fw:stores")).contains("memory");
        });

    await(() -> isPresent("memory"));
  }

  /** The feature that holds all would keep the part; so the others are asked for one by one. */
  private void without(String feature, Runnable check) throws Exception {
    EnumSet<FeaturesService.Option> none = EnumSet.noneOf(FeaturesService.Option.class);
    Set<String> parts = new TreeSet<>();
    for (Feature known : features.listFeatures()) {
      if (known.getName().startsWith("sallyport-")) {
        parts.add(known.getName());
      }
    }
    features.installFeatures(parts, none);
    if (features.isRequired(features.getFeature("sallyport"))) {
      features.uninstallFeature("sallyport", none);
    }
    features.uninstallFeature(feature, none);
    try {
      check.run();
    } finally {
      features.installFeature(feature, none);
    }
  }

  private boolean isPresent(String store) {
    return admin.status().stores().stream()
        .anyMatch(status -> status.name().equals(store) && status.active());
  }

  private static void await(BooleanSupplier condition) {
    long endNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - endNs).as("patience").isNegative();
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
