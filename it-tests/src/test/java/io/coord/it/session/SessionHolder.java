package io.coord.it.session;

import io.coord.core.Coord;
import io.coord.core.Session;
import java.time.Duration;

/** A process of its own that opens a session and says what becomes of it, a line a state. */
final class SessionHolder {

  private SessionHolder() {}

  public static void main(String[] endpoints) throws InterruptedException {
    try (Coord coord = Coord.connect(endpoints)) {
      Session session = coord.openSession(Duration.ofSeconds(4));
      System.out.println(session.state());
      session.lost().toCompletableFuture().join();
      System.out.println(session.state());
    }
  }
}
