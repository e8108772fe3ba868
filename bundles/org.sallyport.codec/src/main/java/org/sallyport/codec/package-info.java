// SPDX-License-Identifier: Apache-2.0
/** What the codecs share. Embedded privately where used: no type of it crosses a bundle. */
package org.sallyport.codec;
