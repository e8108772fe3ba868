// SPDX-License-Identifier: Apache-2.0
/** The kernel rules that lead packets into the queue and keep back what has not been judged. */
package org.sallyport.nfqueue.internal.chain;
