// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.karaf;

import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOptions;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ops4j.pax.exam.Option;

/**
 * The built distribution, disarmed, as every class of the suite wants it: one container for all.
 */
final class Distribution {

  private static final String REPOSITORY = "org.ops4j.pax.url.mvn.localRepository";

  private Distribution() {}

  static Option[] options() throws IOException {
    Path folders = Files.createTempDirectory(Path.of("/tmp"), "sallyport-karaf");
    return new Option[] {
      karafDistributionConfiguration()
          .frameworkUrl(new File(System.getProperty("sallyport.distribution")).toURI().toString())
          .karafVersion(System.getProperty("karaf.version"))
          .name("Sallyport")
          .unpackDirectory(new File("target/exam").getAbsoluteFile())
          .useDeployFolder(false),
      configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
      editConfigurationFilePut(
          "etc/org.ops4j.pax.url.mvn.cfg", REPOSITORY, System.getProperty(REPOSITORY)),
      systemProperty("sallyport.arm").value("no"),
      systemProperty("sallyport.etc").value(folder(folders, "etc")),
      systemProperty("sallyport.state").value(folder(folders, "state")),
      systemProperty("sallyport.run").value(folder(folders, "run")),
      systemProperty("jna.tmpdir").value(folder(folders, "state/jna")),
      composite(access()),
    };
  }

  private static String folder(Path parent, String name) throws IOException {
    return Files.createDirectories(parent.resolve(name)).toString();
  }

  /** What the launcher grants; Pax Exam starts Java by itself. */
  private static Option[] access() {
    return new Option[] {
      vmOptions(
          "--add-opens=java.base/java.security=ALL-UNNAMED",
          "--add-opens=java.base/java.net=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.naming/javax.naming.spi=ALL-UNNAMED",
          "--add-opens=java.rmi/sun.rmi.transport.tcp=ALL-UNNAMED",
          "--add-exports=java.base/sun.net.www.protocol.file=ALL-UNNAMED",
          "--add-exports=java.base/sun.net.www.protocol.ftp=ALL-UNNAMED",
          "--add-exports=java.base/sun.net.www.protocol.http=ALL-UNNAMED",
          "--add-exports=java.base/sun.net.www.protocol.https=ALL-UNNAMED",
          "--add-exports=java.base/sun.net.www.protocol.jar=ALL-UNNAMED",
          "--add-exports=java.base/sun.net.www.content.text=ALL-UNNAMED",
          "--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED",
          "-classpath",
          "lib/jdk9plus/*"
              + File.pathSeparator
              + "lib/boot/*"
              + File.pathSeparator
              + "lib/endorsed/*"),
    };
  }
}
