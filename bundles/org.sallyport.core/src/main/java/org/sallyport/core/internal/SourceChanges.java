// SPDX-License-Identifier: Apache-2.0
package org.sallyport.core.internal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sallyport.api.admin.AdminException;
import org.sallyport.api.admin.AttributionStatus;
import org.sallyport.api.admin.Execution;
import org.sallyport.api.subject.SubjectSource;

/** Chooses by hand which source of subjects is used. Confined to the control thread. */
final class SourceChanges {

  private static final String LIST = "see fw:attribution";

  private final Firewall firewall;
  private final Parts parts;
  private final SettingChanges settings;

  SourceChanges(Firewall firewall, Parts parts, SettingChanges settings) {
    this.firewall = firewall;
    this.parts = parts;
    this.settings = settings;
  }

  /** Makes a source the one in use, or the best one. */
  AttributionStatus use(String name, Execution execution) {
    settings.checkSource(name);
    if (!name.equals(AttributionStatus.AUTO)) {
      requireUsable(name);
    }
    parts.sources().after(name).ifPresent(SourceChanges::tryOut);
    if (!execution.dryRun()) {
      settings.setSource(name);
    }
    return StatusPicture.attribution(firewall, parts);
  }

  private void requireUsable(String name) {
    List<AttributionStatus.Source> ladder = parts.sources().ladder();
    if (ladder.stream().noneMatch(step -> step.name().equals(name))) {
      List<String> names = ladder.stream().map(AttributionStatus.Source::name).toList();
      throw AdminException.refused(
          "there is no source of subjects '" + name + "', only " + names, name, LIST);
    }
    Optional<String> unavailable = parts.sources().unavailable(name);
    if (unavailable.isPresent()) {
      throw AdminException.refused(name + " cannot be used here: " + unavailable.get(), name, LIST);
    }
  }

  /** A source that cannot be opened would leave every flow without a subject. */
  private static void tryOut(SubjectSource source) {
    try {
      source.open().close();
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new AdminException(
          AdminException.Kind.REFUSED,
          source.name() + " cannot be opened: " + e.getMessage(),
          source.name(),
          LIST,
          e);
    }
  }
}
