// SPDX-License-Identifier: Apache-2.0
/**
 * The control socket and its protocol, version 1.
 *
 * <p>A client connects to {@code control.sock}, sends one {@code REQUEST} and reads frames until
 * {@code EXIT}. The connection then ends; one that ends without {@code EXIT} was cut off. All
 * numbers are unsigned and big-endian.
 *
 * <pre>
 *  frame     +--------+-----------------------------------+---------------------+
 *            | type 8 |             length 32             | payload             |
 *            +--------+-----------------------------------+---------------------+
 *
 *  client    0x01 REQUEST     at most 1 MiB; the first frame, once
 *            0x02 INPUT       at most 64 KiB; answers one WANT_INPUT; empty = end of input
 *            0x03 RESIZE      columns 16, rows 16; at any time after REQUEST
 *
 *  daemon    0x11 OUTPUT      at most 64 KiB for standard output
 *            0x12 ERROR       at most 64 KiB for standard error
 *            0x13 WANT_INPUT  empty; the client answers with one INPUT
 *            0x14 RAW         empty; the client's terminal hands over every key from here on
 *            0x15 EXIT        status 8; the last frame
 *
 *  REQUEST   +-----------+---------+------------+---------+
 *            | version 8 | flags 8 | columns 16 | rows 16 |   flags: 1 = standard input,
 *            +-----------+----+----+------------+---------+          2 = standard output,
 *            | TERM length 16 | TERM            |                    4 = standard error
 *            +----------------+-----------------+                    is a terminal
 *            | LANG length 16 | LANG            |          8 = the client's login came over SSH
 *            +----------------+-----------------+
 *            | arguments 16   |
 *            +----------------+----+-----------------+
 *            | argument length 32  | UTF-8, no NUL   |   for each argument
 *            +---------------------+-----------------+
 * </pre>
 *
 * <p>Input is pulled by the daemon, one frame for each {@code WANT_INPUT}, so a client cannot fill
 * the daemon's memory, and a command that reads nothing leaves the client's input alone. A frame of
 * unknown type, a wrong length or a frame out of turn ends the connection with a sentence and
 * status 2. The request must be complete within five seconds.
 */
package org.sallyport.control.internal;
