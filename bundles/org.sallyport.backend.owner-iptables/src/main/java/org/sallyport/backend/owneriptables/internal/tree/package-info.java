// SPDX-License-Identifier: Apache-2.0
/** Many ordered rules arranged so that a packet meets few of them. */
package org.sallyport.backend.owneriptables.internal.tree;
