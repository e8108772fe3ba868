// SPDX-License-Identifier: Apache-2.0
/** A rule of the policy taken apart into what one rule of iptables can say. */
package org.sallyport.backend.owneriptables.internal.atom;
