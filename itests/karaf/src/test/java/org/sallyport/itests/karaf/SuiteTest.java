// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import org.junit.Test;
import org.junit.runners.Suite.SuiteClasses;

/** A class that is missing from the suite would never run, and nobody would notice. */
public class SuiteTest {

  @Test
  public void shouldHoldEveryKarafTest() throws Exception {
    File folder =
        new File(SuiteTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    File own = new File(folder, SuiteTest.class.getPackageName().replace('.', '/'));
    List<String> found =
        Arrays.stream(own.list())
            .filter(name -> name.endsWith("KarafIT.class") && !name.startsWith("AllKarafIT"))
            .map(name -> name.substring(0, name.length() - ".class".length()))
            .toList();

    assertThat(found).isNotEmpty();
    assertThat(AllKarafIT.class.getAnnotation(SuiteClasses.class).value())
        .extracting(Class::getSimpleName)
        .containsExactlyInAnyOrderElementsOf(found);
  }
}
