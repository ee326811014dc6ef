package io.coord.it.locks;

import io.coord.core.Coord;
import io.coord.core.GuardFailedException;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A process of its own that takes a lock and says its token. Each line that it is told is a value,
 * which it writes under the guard of its hold, and says whether it was written or refused. It
 * releases when it is told no more.
 */
final class HoldingProcess {

  static final String ROW = "row";

  private HoldingProcess() {}

  public static void main(String[] words) throws InterruptedException, IOException {
    try (Coord coord = Coord.connect(words[0])) {
      Session session = coord.openSession(Duration.ofSeconds(Integer.parseInt(words[2])));
      try (LockHold hold = Mutex.of(session, words[1]).lock();
          BufferedReader told =
              new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
        System.out.println("token " + hold.fencingToken().value());
        for (String value = told.readLine(); value != null; value = told.readLine()) {
          System.out.println(write(coord, hold, value));
        }
      }
    }
  }

  private static String write(Coord coord, LockHold hold, String value)
      throws InterruptedException {
    try {
      coord.transaction().require(hold.guard()).put(ROW, value).commit();
      return "written " + value;
    } catch (GuardFailedException e) {
      return "refused " + value;
    }
  }
}
