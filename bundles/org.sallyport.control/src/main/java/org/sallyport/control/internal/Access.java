// SPDX-License-Identifier: Apache-2.0
package org.sallyport.control.internal;

import java.security.Principal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;

/** What a peer may do. */
enum Access {
  /** Everything. */
  ROOT("admin", "manager", "viewer", "systembundles"),
  /** Commands that only read. */
  READER("viewer"),
  /** Nothing. */
  NONE;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> roles;

  Access(String... roles) {
    this.roles = List.of(roles);
  }

  /** The subject commands run as, so that Karaf's own access lists hold too. */
  Subject subject(String user) {
    Set<Principal> principals = new HashSet<>();
    principals.add(new UserPrincipal(user));
    roles.forEach(role -> principals.add(new RolePrincipal(role)));
    return new Subject(true, principals, Set.of(), Set.of());
  }
}
