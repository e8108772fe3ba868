// SPDX-License-Identifier: Apache-2.0
package org.sallyport.backend.owneriptables.internal.section;

import java.util.ArrayList;
import java.util.List;
import org.sallyport.api.decision.KernelStep;
import org.sallyport.api.packet.Direction;
import org.sallyport.api.rule.Action;
import org.sallyport.backend.owneriptables.internal.atom.Atom;
import org.sallyport.backend.owneriptables.internal.atom.Atoms;
import org.sallyport.backend.owneriptables.internal.atom.Box;
import org.sallyport.backend.owneriptables.internal.atom.TooManyAtomsException;
import org.sallyport.netfilter.Family;
import org.sallyport.netfilter.Target;
import org.sallyport.netfilter.frame.Outcome;

/** The atoms of one direction's steps for one family, in the policy's order. */
final class DirectionAtoms {

  /** The most there may be. */
  static final int MAX = 20_000;

  private DirectionAtoms() {}

  static List<Atom> of(List<KernelStep> steps, Direction direction, Family family, RuleNames names)
      throws TooLargeException {
    List<Atom> atoms = new ArrayList<>();
    for (KernelStep step : steps) {
      Target target = target(step, direction, names);
      boolean decides = !(target instanceof Target.JumpTo);
      for (Box box : boxes(step, family)) {
        atoms.add(new Atom(box, target, decides));
      }
      if (atoms.size() > MAX) {
        throw new TooLargeException(
            step.ruleId(),
            "the rules up to '"
                + step.ruleId()
                + "' need more than "
                + MAX
                + " rules of iptables; use nfqueue for them, or name fewer values in each",
            null);
      }
    }
    return atoms;
  }

  private static Target target(KernelStep step, Direction direction, RuleNames names) {
    if (step instanceof KernelStep.Decide decide) {
      return decide.action() == Action.LOG
          ? new Target.JumpTo(names.chain(step.ruleId()))
          : new Target.GoTo(names.chain(step.ruleId()));
    }
    return new Target.GoTo(Outcome.PASS_ON.chain(direction));
  }

  private static List<Box> boxes(KernelStep step, Family family) throws TooLargeException {
    try {
      return Atoms.of(step.tests(), family);
    } catch (TooManyAtomsException e) {
      throw new TooLargeException(
          step.ruleId(),
          "rule '"
              + step.ruleId()
              + "' is too large: "
              + e.getMessage()
              + ", one for each combination of its values; make several rules of it",
          e);
    }
  }
}
