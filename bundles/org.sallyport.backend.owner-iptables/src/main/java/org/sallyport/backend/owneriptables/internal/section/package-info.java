// SPDX-License-Identifier: Apache-2.0
/** A program of the policy as chains of table filter. */
package org.sallyport.backend.owneriptables.internal.section;
