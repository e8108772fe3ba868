// SPDX-License-Identifier: Apache-2.0
package org.sallyport.itests.kernel.kit;

/** A running program of the protected host, which talks to the server when told. */
public final class Program implements AutoCloseable {

  private final Talker talker;
  private final String path;
  private final long pid;

  Program(String path, Talker talker) {
    this.path = path;
    this.talker = talker;
    String ready = talker.next();
    if (!ready.startsWith("ready ")) {
      throw new AssertionError(path + " says " + ready);
    }
    pid = Long.parseLong(ready.substring("ready ".length()));
  }

  /**
   * What came of an attempt.
   *
   * @param word {@code connected}, {@code echo}, {@code timeout} or the name of an errno
   * @param tookMs how long it took, in milliseconds
   */
  public record Outcome(String word, long tookMs) {}

  /** Its executable. */
  public String path() {
    return path;
  }

  /** Its process id. */
  public long pid() {
    return pid;
  }

  /** Opens a connection. */
  public Outcome tcp(Family family, int port) {
    return tcp(family.server(), port);
  }

  /** Opens a connection to any address. */
  public Outcome tcp(String address, int port) {
    return ask("tcp " + address + " " + port);
  }

  /** Sends one datagram to any address and listens for its echo. */
  public Outcome udp(String address, int port) {
    return ask("udp " + address + " " + port + " 1");
  }

  /** Opens a flow of that protocol to any address. */
  public Outcome talk(Protocol protocol, String address, int port) {
    return protocol == Protocol.TCP ? tcp(address, port) : udp(address, port);
  }

  /** Sends datagrams as fast as it can from one socket, whatever becomes of them. */
  public void flood(Family family, int port, int count) {
    ask("flood " + family.server() + " " + port + " " + count);
  }

  /** Sends a datagram from a socket that is not connected. */
  public void unconnected(Family family, int port) {
    ask("loose " + family.server() + " " + port);
  }

  /**
   * Sends a datagram from its port, but under another of the host's addresses than it holds.
   *
   * @param to the receiver's address
   * @param port the receiver's port
   * @param from the address it gives as the sender's
   * @param own the address it holds
   * @param afterwards what becomes of its socket: {@code stay}, {@code close}, or {@code leave} the
   *     port
   */
  public void pose(String to, int port, String from, String own, String afterwards) {
    Outcome outcome = ask("pose " + to + " " + port + " " + from + " " + own + " " + afterwards);
    if (!outcome.word().equals("sent")) {
      throw new AssertionError("could not even send: " + outcome.word());
    }
  }

  /** Sends an echo request from a raw socket and waits for its answer. */
  public Outcome ping(String address) {
    return ask("icmp " + address);
  }

  /**
   * Sends bytes as they are, in a packet of that IP protocol.
   *
   * @param protocol its number
   * @param hex what stands behind the IP header
   */
  public Outcome raw(Family family, int protocol, String hex) {
    return ask("raw " + family.server() + " " + protocol + " " + hex);
  }

  /** Listens on the open flow without a word; {@code heard} once something came. */
  public Outcome listen() {
    return ask("listen");
  }

  /** Sends one datagram and listens for its echo. */
  public Outcome udp(Family family, int port) {
    return ask("udp " + family.server() + " " + port + " 1");
  }

  /** Opens a flow of that protocol. */
  public Outcome talk(Protocol protocol, Family family, int port) {
    return protocol == Protocol.TCP ? tcp(family, port) : udp(family, port);
  }

  /** Opens a flow of that protocol and goes on at once, whatever comes of it. */
  public void attempt(Protocol protocol, Family family, int port) {
    ask("set wait 0.05");
    talk(protocol, family, port);
  }

  /** Says something on the open flow and listens for the echo. */
  public Outcome again() {
    return ask("again");
  }

  /**
   * Sends a datagram to another port of the server, by the open socket, and listens for its echo.
   */
  public Outcome also(Family family, int port) {
    return ask("also " + family.server() + " " + port);
  }

  /** Another program sends datagrams by the open socket, whatever becomes of them, and is gone. */
  public void hand(String executable, int count) {
    Outcome outcome = ask("hand " + executable + " " + count);
    if (!outcome.word().equals("handed")) {
      throw new AssertionError("could not hand its socket on: " + outcome.word());
    }
  }

  /** Closes the open flow at once, with a reset. */
  public void drop() {
    ask("drop");
  }

  /** Binds what it opens next to a local port. */
  public Program fromPort(int port) {
    ask("set port " + port);
    return this;
  }

  /** Sets a mark of its own on what it opens next. */
  public Program marked(long mark) {
    ask("set mark " + mark);
    return this;
  }

  /** How many seconds it waits for an answer of the network. */
  public Program patientFor(int seconds) {
    ask("set wait " + seconds);
    return this;
  }

  /** How many milliseconds it waits for an answer of the network. */
  public Program patientForMs(int milliseconds) {
    ask("set wait " + milliseconds / 1000.0);
    return this;
  }

  /** Becomes another user and group, by number. */
  public Program as(int user, int group) {
    ask("set user " + user);
    ask("set group " + group);
    Outcome outcome = ask("become");
    if (!outcome.word().equals(user + " " + group)) {
      throw new AssertionError("became " + outcome.word());
    }
    return this;
  }

  private Outcome ask(String line) {
    String answer = talker.ask(line);
    if (answer.startsWith("error: ")) {
      throw new AssertionError(line + ": " + answer);
    }
    int space = answer.lastIndexOf(' ');
    return new Outcome(answer.substring(0, space), Long.parseLong(answer.substring(space + 1)));
  }

  @Override
  public void close() {
    talker.close();
  }
}
