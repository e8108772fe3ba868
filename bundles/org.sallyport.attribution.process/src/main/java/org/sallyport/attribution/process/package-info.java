// SPDX-License-Identifier: Apache-2.0
/** Facts about the process behind a socket; embedded privately in each attribution source. */
package org.sallyport.attribution.process;
