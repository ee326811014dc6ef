package io.coord.testkit.internal.cluster;

import io.coord.testkit.internal.net.Passage;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The way by which clients reach a member. */
public interface ClientAccess {

  /** The member's address for clients, for good. */
  String endpoint();

  /** Forwards to the member from now on. */
  void open(InetSocketAddress member);

  /** Refuses connections and resets those that are up. */
  void shut();

  /** Lets bytes through in these directions only. */
  void pass(Passage passage);

  /** Holds bytes for this long in each direction. */
  void delay(Duration delay);
}
