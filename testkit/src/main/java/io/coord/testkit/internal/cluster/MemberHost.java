package io.coord.testkit.internal.cluster;

import java.net.InetSocketAddress;
import java.net.URI;

/**
 * What a backend does with one member.
 *
 * <p>The caller keeps track of what state the member is in, makes one call at a time, and calls
 * only what makes sense in that state. Every call returns when the fault stands, and throws {@link
 * io.coord.testkit.EtcdClusterException} when it cannot be made.
 */
public interface MemberHost {

  /** Starts the member, the first time or again on its old data, until it accepts connections. */
  void start();

  /** Kills the member as a crash does. */
  void kill();

  /** Asks the member to end, and waits for it. */
  void stop();

  /** Stops the member from running while its connections stay up. */
  void freeze();

  /** Lets a frozen member run on. */
  void thaw();

  /** Cuts the member off from all others. */
  void isolate();

  /** Ends the isolation. */
  void rejoin();

  /** Where the member listens for clients now, behind its link. */
  InetSocketAddress clientAddress();

  /** Where the member answers the fixture's own calls: its JSON gateway, past link and TLS. */
  URI adminUri();

  /** The last lines that the member has logged. */
  String logTail();
}
