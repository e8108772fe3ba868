// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sallyport.api.backend.Choice;
import org.sallyport.api.backend.Mode;
import org.sallyport.api.backend.Situation;
import org.sallyport.api.decision.Verdict;
import org.sallyport.api.packet.Direction;
import org.sallyport.core.internal.StartRepairs;

class SettingsFilesTest {

  @TempDir Path etc;
  @TempDir Path state;

  @Test
  void shouldObserveAllowAndFailClosedOnAFirstStart() throws Exception {
    Settings settings = SettingsFiles.load(etc, state, new StartRepairs()).current();

    assertThat(settings.mode()).isEqualTo(Mode.OBSERVE);
    assertThat(settings.defaults()).containsEntry(Direction.OUT, Verdict.ALLOW);
    assertThat(settings.failModes().choice(Situation.NO_LISTENER)).isEqualTo(Choice.DROP_NEW);
    assertThat(settings.loopback()).isFalse();
  }

  @Test
  void shouldLetCommandsWinOverThePersonsFileAndKeepThemAcrossRestarts() throws Exception {
    Files.writeString(etc.resolve("sallyport.yaml"), "mode: enforce\ndefault:\n  out: deny\n");
    SettingsFiles.load(etc, state, new StartRepairs()).put("default.out", "reject");

    SettingsFiles later = SettingsFiles.load(etc, state, new StartRepairs());

    assertThat(later.current().mode()).isEqualTo(Mode.ENFORCE);
    assertThat(later.current().defaults()).containsEntry(Direction.OUT, Verdict.REJECT);
    assertThat(later.overrides()).containsEntry("default.out", "reject").hasSize(1);
  }

  @Test
  void shouldUseTheBestSourceUnlessAPersonOrACommandChoosesOne() throws Exception {
    assertThat(SettingsFiles.load(etc, state, new StartRepairs()).attribution()).isEqualTo("auto");
    Files.writeString(etc.resolve("sallyport.yaml"), "attribution: procfs\n");
    SettingsFiles files = SettingsFiles.load(etc, state, new StartRepairs());
    assertThat(files.attribution()).isEqualTo("procfs");
    files.put("attribution", "auto");
    assertThat(SettingsFiles.load(etc, state, new StartRepairs()).attribution()).isEqualTo("auto");
    assertThatThrownBy(() -> files.put("attribution", "no name"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldLetAPresetSetEverySituationAgain() throws Exception {
    SettingsFiles files = SettingsFiles.load(etc, state, new StartRepairs());
    files.put("fail.queue-full", "accept");
    files.put("fail", "closed");

    assertThat(files.current().failModes().choice(Situation.QUEUE_FULL)).isEqualTo(Choice.DROP);
  }

  @Test
  void shouldKeepAPersonsChoiceWhereverThePresetStands() throws Exception {
    Files.writeString(
        etc.resolve("sallyport.yaml"), "fail.queue-full: accept\nmode: enforce\nfail: closed\n");

    assertThat(
            SettingsFiles.load(etc, state, new StartRepairs())
                .current()
                .failModes()
                .choice(Situation.QUEUE_FULL))
        .isEqualTo(Choice.ACCEPT);
  }

  @Test
  void shouldGoBackAtOnceEvenIfTheDiskDoesNot() throws Exception {
    SettingsFiles files = SettingsFiles.load(etc, state, new StartRepairs());
    files.put("mode", "enforce");
    Files.createDirectories(state.resolve(".settings.yaml.new/in-the-way"));

    assertThatThrownBy(() -> files.restore(Map.of())).isInstanceOf(IOException.class);
    assertThat(files.current().mode()).isEqualTo(Mode.OBSERVE);
  }

  @Test
  void shouldChangeNothingWhenAValueMakesNoSense() throws Exception {
    SettingsFiles files = SettingsFiles.load(etc, state, new StartRepairs());

    assertThatThrownBy(() -> files.put("fail.queue-full", "hold")).hasMessageContaining("drop");
    assertThat(files.overrides()).isEmpty();
    assertThat(state.resolve("settings.yaml")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode: enforce\\nmoode: x|:2: there is no setting 'moode'",
        "mode: loud|:1: 'loud' is none of [observe, enforce]",
        "fail:\\n  queue-fool: drop|:2: there is no situation 'queue-fool'",
        "mode: observe\\nmode: enforce|:2: mode is set twice",
        "mode: [|:2: ",
        "mark-mask: 0xff|:1: the mark mask 0x000000ff must be one run of at least 16 bits",
        "queue: 70000|:1: '70000' is not a number from 0 to 65535",
        "swap-grace: 61s|:1: '61' is not a number from 1 to 60",
        "swap-grace: 0|:1: '0' is not a number from 1 to 60",
        "boot-deadline: 601s|:1: '601' is not a number from 1 to 600",
        "boot-deadline: soon|:1: 'soon' is not a number from 1 to 600",
        "just words|:1: settings are written as 'key: value'",
      })
  void shouldNameFileAndLineOfWhatMakesNoSense(String text, String message) throws Exception {
    Path file = etc.resolve("sallyport.yaml");
    Files.writeString(file, text.replace("\\n", "\n") + "\n");

    assertThatThrownBy(() -> SettingsFiles.load(etc, state, new StartRepairs()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + message.stripTrailing());
  }
}
