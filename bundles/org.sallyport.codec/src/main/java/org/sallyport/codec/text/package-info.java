// SPDX-License-Identifier: Apache-2.0
/** Text from outside made safe to show; embedded privately where used. */
package org.sallyport.codec.text;
