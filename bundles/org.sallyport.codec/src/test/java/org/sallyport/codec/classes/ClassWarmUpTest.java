// SPDX-License-Identifier: Apache-2.0
package org.sallyport.codec.classes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassWarmUpTest {

  private final ClassWarmUp warmUp = new ClassWarmUp("org.sallyport");

  @TempDir private Path folder;

  /** Initialised by nobody else. */
  private static final class Mentioned {
    private static final Thread INITIALISED_BY = Thread.currentThread();
  }

  private URL classFile(String... constants) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(0xcafebabe_0000003dL);
    out.writeShort(constants.length + 3);
    for (String constant : constants) {
      out.writeByte(1);
      out.writeUTF(constant);
    }
    out.writeByte(5); // a Long takes two places
    out.writeLong(1);
    return Files.write(folder.resolve("A.class"), bytes.toByteArray()).toUri().toURL();
  }

  @Test
  void shouldLoadWhatIsMentionedAloneOrInADescriptor() throws IOException {
    String name = Mentioned.class.getName();
    String path = name.replace('.', '/');
    URL file =
        classFile(
            "(IL" + path + ";)V",
            "org/sallyport/codec/classes/package-info",
            "[Lorg/sallyport/codec/Bytes;",
            "no/other/Class",
            "a text about org/sallyport/things");
    assertThat(warmUp.load(List.of(file), getClass().getClassLoader()))
        .containsExactly("org.sallyport.codec.Bytes", name);
    assertThat(Mentioned.INITIALISED_BY).isNotNull();
  }

  @Test
  void shouldRefuseWhatCannotBeLoaded() throws IOException {
    URL file = classFile("org/sallyport/codec/Missing");
    assertThatThrownBy(() -> warmUp.load(List.of(file), getClass().getClassLoader()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("org.sallyport.codec.Missing");
  }
}
