package io.coord.it.torture.real.client;

import io.coord.core.Coord;
import io.coord.core.Session;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * What a worker works with.
 *
 * @param name the worker's, which no other one has, such as {@code c2.1/mutex-0}
 * @param client the number of the client's place, from 0
 * @param clients how many clients there are
 * @param sessions the client's session
 * @param recorder what the worker does everything through
 * @param random its own chance
 */
record Hands(
    String name, int client, int clients, Sessions sessions, Recorder recorder, Random random) {

  Coord coord() {
    return sessions.coord();
  }

  Session session() throws InterruptedException {
    return sessions.current();
  }

  /** True so many times of a hundred. */
  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  /** Does nothing for some time up to this one. */
  void pauseUpTo(int millis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextInt(millis + 1));
  }
}
