// SPDX-License-Identifier: Apache-2.0
/** Netlink messages read and written in place: netfilter queues and socket diagnosis. */
package org.sallyport.codec.netlink;
