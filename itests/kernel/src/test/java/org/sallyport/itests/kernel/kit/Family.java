// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

/** The two families of addresses. */
public enum Family {
  /** IPv4. */
  V4("10.77.0.2", "10.77.0.1", "iptables"),
  /** IPv6. */
  V6("fd77::2", "fd77::1", "ip6tables");

  private final String server;
  private final String host;
  private final String tool;

  Family(String server, String host, String tool) {
    this.server = server;
    this.host = host;
    this.tool = tool;
  }

  /** The server's address. */
  public String server() {
    return server;
  }

  /** The server's address with a port, as rules and explanations write it. */
  public String server(int port) {
    return this == V4 ? server + ":" + port : "[" + server + "]:" + port;
  }

  /** The protected host's address. */
  public String host() {
    return host;
  }

  /** The tool of that family. */
  public String iptables() {
    return tool;
  }
}
