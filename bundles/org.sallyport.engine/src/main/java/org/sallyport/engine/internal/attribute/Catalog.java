// SPDX-License-Identifier: Apache-2.0
package org.sallyport.engine.internal.attribute;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sallyport.api.rule.Criterion;
import org.sallyport.engine.internal.plugin.PluginAttribute;
import org.sallyport.engine.internal.plugin.Plugins;
import org.sallyport.engine.internal.plugin.Waiting;
import org.sallyport.engine.internal.text.CriterionCheck;
import org.sallyport.engine.internal.text.CriterionException;
import org.sallyport.engine.internal.text.NearWord;

/**
 * All attributes: built in, provided by plugins now, and those whose plugin is away. Immutable but
 * for the plugins, which come and go.
 */
public final class Catalog {

  /** The pseudo-criterion that says what a rule does where a fact is unknown. */
  public static final String UNKNOWN = "unknown";

  /** Who answers for an attribute. */
  public sealed interface Provider {

    /** The engine itself. */
    record Own(Attribute attribute) implements Provider {}

    /** A plugin that is here or may be back at once. */
    record Foreign(PluginAttribute attribute) implements Provider {}

    /** Nobody on this host now; the sentence says who is missing. */
    record Nobody(String missing) implements Provider {}
  }

  /** Where a rule comes from, and so how a name that nobody knows is taken. */
  public enum Trust {
    /** A person types it now: what is not known is wrong. */
    TYPED,
    /**
     * It is written down, perhaps for a part that is not installed yet: a name in a name space of
     * its own that resembles nothing known is taken for that of an absent plugin.
     */
    STORED,
    /** It was in force before: its names were known then. */
    IN_FORCE
  }

  private final Plugins plugins;

  /** Creates a catalog of the built-in attributes and those of plugins. */
  public Catalog(Plugins plugins) {
    this.plugins = plugins;
  }

  /** Waits for plugins as long as one compilation may. */
  public Waiting waiting() {
    return plugins.waiting();
  }

  /** The attributes that plugins bring now. */
  public Set<String> foreignNames() {
    return plugins.names();
  }

  /** Names that no plugin may take. */
  public static Set<String> reserved() {
    Set<String> reserved = new TreeSet<>(BuiltIns.all().keySet());
    reserved.add(UNKNOWN);
    return reserved;
  }

  /**
   * Who answers for an attribute.
   *
   * @throws CriterionException if there is no such attribute
   */
  public Provider provider(String attribute, Trust trust) {
    Attribute own = BuiltIns.all().get(attribute);
    if (own != null) {
      return new Provider.Own(own);
    }
    Optional<PluginAttribute> foreign = plugins.attribute(attribute);
    if (foreign.isPresent()) {
      return new Provider.Foreign(foreign.get());
    }
    String missing = BuiltIns.providedByParts().get(attribute);
    if (missing != null) {
      return new Provider.Nobody(missing);
    }
    Optional<String> former = plugins.formerly(attribute).map(plugin -> plugin.name());
    if (former.isPresent()) {
      return new Provider.Nobody("the plugin " + former.get() + " is away");
    }
    Optional<String> near = NearWord.of(attribute, known());
    boolean foreignName = near.isEmpty() && hasForeignNameSpace(attribute);
    if (trust == Trust.IN_FORCE || (trust == Trust.STORED && foreignName)) {
      return new Provider.Nobody("no plugin that provides it is installed");
    }
    throw new CriterionException("'" + attribute + "' is no attribute", hint(near, foreignName));
  }

  private String hint(Optional<String> near, boolean foreignName) {
    if (foreignName) {
      return "If it belongs to a plugin, install that first.";
    }
    return near.map(name -> "Did you mean " + name + "?")
        .orElseGet(() -> "The attributes are " + String.join(", ", names()) + ".");
  }

  /** Whether the part before the first dot is nobody's, so that a plugin may bring it. */
  private boolean hasForeignNameSpace(String attribute) {
    int dot = attribute.indexOf('.');
    String space = attribute.substring(0, dot + 1);
    return dot > 0 && known().stream().noneMatch(name -> name.startsWith(space));
  }

  /** The attributes that rules may use now, sorted. */
  public List<String> names() {
    Set<String> names = new TreeSet<>(BuiltIns.all().keySet());
    names.addAll(plugins.names());
    return List.copyOf(names);
  }

  private Collection<String> known() {
    Set<String> known = reserved();
    known.addAll(plugins.namesEver());
    known.addAll(BuiltIns.providedByParts().keySet());
    return known;
  }

  /** What makes sense in a rule that comes from there. */
  public CriterionCheck checkFor(Trust trust) {
    return criterion -> check(criterion, trust);
  }

  private void check(Criterion criterion, Trust trust) {
    if (criterion.attribute().equals(UNKNOWN)) {
      UnknownChoice.of(criterion);
    } else if (provider(criterion.attribute(), trust) instanceof Provider.Own own) {
      checkOperator(own.attribute(), criterion);
      own.attribute().compiler().compile(criterion, Lookups.NONE);
    }
  }

  /**
   * Looks at a criterion that must be on a built-in attribute.
   *
   * @throws CriterionException if it is not, or compares it in a way that makes no sense
   */
  public static void checkBuiltIn(Criterion criterion) {
    Attribute own = BuiltIns.all().get(criterion.attribute());
    if (own == null) {
      throw new CriterionException("'" + criterion.attribute() + "' is not built in", "");
    }
    checkOperator(own, criterion);
  }

  private static void checkOperator(Attribute attribute, Criterion criterion) {
    if (!attribute.operators().contains(criterion.operator())) {
      throw new CriterionException(
          attribute.name() + " cannot be compared with " + criterion.operator().sign(),
          "Write " + attribute.name() + "=value[,value…].");
    }
  }
}
