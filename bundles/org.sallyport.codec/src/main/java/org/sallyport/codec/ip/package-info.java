// SPDX-License-Identifier: Apache-2.0
/** IP and transport headers read in place. */
package org.sallyport.codec.ip;
