package io.coord.it.locks;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import java.io.IOException;
import java.time.Duration;

/** A process of its own that takes a lock, says its token, and holds until it is told to end. */
final class HoldingProcess {

  private HoldingProcess() {}

  public static void main(String[] words) throws InterruptedException, IOException {
    try (Coord coord = Coord.connect(words[0])) {
      Session session = coord.openSession(Duration.ofSeconds(Integer.parseInt(words[2])));
      try (LockHold hold = Mutex.of(session, words[1]).lock()) {
        System.out.println("token " + hold.fencingToken().value());
        int unused = System.in.read();
      }
    }
  }
}
