// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** The distribution starts whole. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class FeaturesKarafIT {

  @Inject private BootFinished bootFinished;
  @Inject private FeaturesService features;
  @Inject private BundleContext context;

  @Configuration
  public Option[] configuration() throws IOException {
    return Distribution.options();
  }

  @Test
  public void shouldHaveEveryFeatureStarted() throws Exception {
    assertThat(bootFinished).isNotNull();
    List<Feature> ours =
        Arrays.stream(features.listFeatures())
            .filter(feature -> feature.getName().startsWith("sallyport"))
            .toList();

    assertThat(ours).extracting(Feature::getName).contains("sallyport", "sallyport-core");
    // the one for all would keep its parts from being uninstalled; it is there for other containers
    assertThat(ours)
        .filteredOn(feature -> !feature.getName().equals("sallyport"))
        .allSatisfy(
            feature ->
                assertThat(features.getState(feature.getId()))
                    .as("state of %s", feature.getId())
                    .hasToString("Started"));
  }

  @Test
  public void shouldHaveEveryBundleActive() {
    List<Bundle> ours =
        Arrays.stream(context.getBundles())
            .filter(bundle -> bundle.getSymbolicName().startsWith("org.sallyport."))
            .toList();

    assertThat(ours).hasSizeGreaterThan(10);
    assertThat(context.getBundles())
        .filteredOn(bundle -> bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null)
        .allSatisfy(
            bundle ->
                assertThat(bundle.getState()).as("state of %s", bundle).isEqualTo(Bundle.ACTIVE));
  }
}
