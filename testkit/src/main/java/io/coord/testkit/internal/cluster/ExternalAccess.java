package io.coord.testkit.internal.cluster;

import io.coord.testkit.internal.net.Passage;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The straight way to a member of the user's cluster.
 *
 * @param endpoint the member's address
 */
record ExternalAccess(String endpoint) implements ClientAccess {

  @Override
  public void open(InetSocketAddress member) {
    // It is always open.
  }

  @Override
  public void shut() {
    throw ExternalMember.noFaults();
  }

  @Override
  public void pass(Passage passage) {
    throw ExternalMember.noFaults();
  }

  @Override
  public void delay(Duration delay) {
    throw ExternalMember.noFaults();
  }
}
