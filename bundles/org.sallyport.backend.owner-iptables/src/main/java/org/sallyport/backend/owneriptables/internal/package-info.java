// SPDX-License-Identifier: Apache-2.0
/** The backend, its component, and what it can express. */
package org.sallyport.backend.owneriptables.internal;
