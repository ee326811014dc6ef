package io.coord.testkit.internal.cluster;

import io.coord.testkit.internal.net.ClientLink;
import io.coord.testkit.internal.net.Passage;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The way to a member over a link of the fixture.
 *
 * @param link the link
 * @param scheme of the member's address
 */
public record LinkedAccess(ClientLink link, String scheme) implements ClientAccess {

  @Override
  public String endpoint() {
    return scheme + "://127.0.0.1:" + link.address().getPort();
  }

  @Override
  public void open(InetSocketAddress member) {
    link.open(member);
  }

  @Override
  public void shut() {
    link.shut();
  }

  @Override
  public void pass(Passage passage) {
    link.pass(passage);
  }

  @Override
  public void delay(Duration delay) {
    link.delay(delay);
  }
}
