// SPDX-License-Identifier: Apache-2.0
package org.sallyport.netfilter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sallyport.netfilter.JournalEntry;
import org.sallyport.netfilter.JournalEntry.Operation;
import org.sallyport.netfilter.Table;

class JournalTest {

  private static final JournalEntry ENTRY =
      new JournalEntry(
          Operation.REMOVE,
          Instant.parse("2026-01-02T03:04:05.678Z"),
          List.of(Table.MANGLE, Table.RAW));

  @TempDir Path folder;

  @Test
  void shouldRememberAnIntentUntilItIsCleared() {
    Path state = folder.resolve("made/when/needed");

    new Journal(state).begin(ENTRY);
    assertThat(new Journal(state).unfinished()).contains(ENTRY);

    new Journal(state).clear();
    assertThat(new Journal(state).unfinished()).isEmpty();
    new Journal(state).clear();
  }

  @Test
  void shouldNotFollowALinkInItsPlace() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "kept");
    Files.createSymbolicLink(folder.resolve("netfilter.journal.new"), victim);
    Files.createSymbolicLink(folder.resolve("netfilter.journal"), victim);
    Journal journal = new Journal(folder);

    assertThat(journal.unfinished()).map(JournalEntry::operation).contains(Operation.UNREADABLE);
    journal.begin(ENTRY);

    assertThat(victim).hasContent("kept");
    assertThat(journal.unfinished()).contains(ENTRY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "COMMIT\n",
        "COMMIT\nyesterday\nRAW\n",
        "COMMIT\n2026-01-02T03:04:05Z\nNAT\n",
        "X\n2026-01-02T03:04:05Z\nRAW\n"
      })
  void shouldSayThatADamagedJournalIsUnreadable(String text) throws IOException {
    Files.writeString(folder.resolve("netfilter.journal"), text);

    assertThat(new Journal(folder).unfinished())
        .map(JournalEntry::operation)
        .contains(Operation.UNREADABLE);
  }
}
