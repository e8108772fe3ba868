// SPDX-License-Identifier: Apache-2.0
/** Reading class files, for bundles that outlive their wiring. */
package org.sallyport.codec.classes;
