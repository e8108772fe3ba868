// SPDX-License-Identifier: Apache-2.0
package org.sallyport.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The names and types that scripts rely on. */
class JsonContractTest {

  private final Console console = new Console();

  @Test
  void shouldGiveRulesAsAnArray() throws Exception {
    JsonNode rules = json(new RulesCommand());
    assertThat(rules.isArray()).isTrue();
    JsonNode web = rules.get(0);
    assertThat(web.get("id").textValue()).isEqualTo("web");
    assertThat(web.get("text").textValue()).isEqualTo(FakeAdmin.WEB.text());
    assertThat(web.get("action").textValue()).isEqualTo("allow");
    assertThat(web.get("direction").textValue()).isEqualTo("out");
    assertThat(web.get("priority").intValue()).isEqualTo(500);
    assertThat(web.get("enabled").booleanValue()).isTrue();
    assertThat(web.get("store").textValue()).isEqualTo("file");
    assertThat(web.get("backend").textValue()).isEqualTo("nfqueue");
    assertThat(web.get("packets").longValue()).isEqualTo(12);
    assertThat(web.get("bytes").longValue()).isEqualTo(3456);
    assertThat(web.get("lastHit").textValue()).isEqualTo("2026-11-23T18:00:00Z");
    assertThat(rules.get(1).get("backend").isNull()).isTrue();
    assertThat(rules.get(1).get("lastHit").isNull()).isTrue();
  }

  @Test
  void shouldGiveOneRuleAsAnObject() throws Exception {
    assertThat(json(new ShowCommand(), "web")).isEqualTo(json(new RulesCommand()).get(0));
    assertThat(json(new AllowCommand(), "out")).isEqualTo(json(new RulesCommand()).get(0));
    assertThat(json(new RemoveCommand(), "web")).isEqualTo(json(new RulesCommand()).get(0));
  }

  @Test
  void shouldGiveTheState() throws Exception {
    JsonNode status = json(new StatusCommand());
    assertThat(status.get("mode").textValue()).isEqualTo("observe");
    assertThat(status.get("defaults")).hasToString("{\"out\":\"allow\",\"in\":\"deny\"}");
    assertThat(status.get("revision").longValue()).isEqualTo(42);
    JsonNode backend = status.get("backends").get(0);
    assertThat(backend.get("name").textValue()).isEqualTo("nfqueue");
    assertThat(backend.get("active").booleanValue()).isTrue();
    assertThat(backend.get("healthy").booleanValue()).isFalse();
    assertThat(status.get("stores").get(0))
        .hasToString(
            "{\"name\":\"file\",\"active\":true,\"rules\":1,\"stale\":true,\"used\":true,\"errors\":[{\"file\":\"/etc/x.yaml\",\"line\":7,\"message\":\"no"
                + " such attribute\"}]}");
    assertThat(status.get("fail").get("no-listener"))
        .hasToString("{\"choice\":\"drop-new\",\"count\":7}");
    assertThat(status.get("fail")).hasSize(13);
    assertThat(status.get("waits"))
        .hasToString("{\"boot-deadline\":\"30s\",\"swap-grace\":\"7s\"}");
    assertThat(status.get("attribution"))
        .hasToString(
            "{\"source\":\"sockdiag\",\"exact\":10,\"unknown\":2,\"chosen\":\"bpf\","
                + "\"notChosen\":\"no \\u001B[31mBTF\",\"sources\":["
                + "{\"name\":\"bpf\",\"ranking\":300,\"active\":false,"
                + "\"reason\":\"no \\u001B[31mBTF\"},"
                + "{\"name\":\"sockdiag\",\"ranking\":200,\"active\":true,\"reason\":null}]}");
    assertThat(json(new AttributionCommand())).isEqualTo(status.at("/attribution/sources"));
  }

  @Test
  void shouldTellWhichSourceWasChosenAndWhichIsUsed() throws Exception {
    assertThat(json(new AttributionUseCommand(), "bpf"))
        .hasToString("{\"chosen\":\"bpf\",\"source\":\"sockdiag\",\"dryRun\":false}");
    assertThat(json(new AttributionUseCommand(), "auto", "--dry-run"))
        .hasToString("{\"chosen\":\"auto\",\"source\":\"sockdiag\",\"dryRun\":true}");
  }

  @Test
  void shouldGiveBackendsAndStoresAsArrays() throws Exception {
    JsonNode status = json(new StatusCommand());
    assertThat(json(new BackendsCommand())).isEqualTo(status.get("backends"));
    assertThat(json(new StoresCommand())).isEqualTo(status.get("stores"));
  }

  @Test
  void shouldGivePluginsAsAnArray() throws Exception {
    JsonNode plugins = json(new PluginsCommand());
    assertThat(plugins.isArray()).isTrue();
    assertThat(plugins.get(0))
        .hasToString(
            "{\"name\":\"org.example.geo\",\"version\":\"1.2.3\",\"api\":\"[1.0.0,2.0.0)\","
                + "\"attributes\":[\"geo.country\"],\"state\":\"quarantined\",\"calls\":100,"
                + "\"meanMicros\":12,\"worstMicros\":612000,\"faults\":50,"
                + "\"lastFault\":\"answered after \\u001B[31m612 ms\"}");
    assertThat(json(new PluginResetCommand(), "org.example.geo")).isEqualTo(plugins.get(0));
  }

  private JsonNode json(FwCommand command, String... arguments) throws Exception {
    List<String> all = new java.util.ArrayList<>(List.of(arguments));
    all.add("--json");
    assertThat(console.run(command, all.toArray(String[]::new))).isZero();
    assertThat(console.out().lines().count()).isEqualTo(1);
    return new ObjectMapper().readTree(console.out());
  }
}
