package io.coord.it.torture.simulated.model;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Scheduler;
import java.time.Duration;
import java.util.function.Consumer;

/** One worker of a client: it has a session at a time, and a new one when that is lost. */
final class Worker {

  static final Duration TTL = Duration.ofSeconds(10);
  private static final int LONGEST_PAUSE = 500;

  private final Referee referee;
  private final Coord coord;
  private final String name;
  private final Scheduler scheduler;

  Worker(Referee referee, Coord coord, int number) {
    this.referee = referee;
    this.coord = coord;
    this.name = CoordRuntime.of(coord).config().name() + "." + number;
    this.scheduler = CoordRuntime.of(coord).store().scheduler();
  }

  String name() {
    return name;
  }

  Coord coord() {
    return coord;
  }

  /** Opens a session, again and again until it is open. */
  void openSession(Consumer<Session> then) {
    openSession(TTL, then);
  }

  /** Opens a session of this time to live, again and again until it is open. */
  void openSession(Duration ttl, Consumer<Session> then) {
    referee.then(
        coord.openSessionAsync(ttl),
        then,
        failure -> after(LONGEST_PAUSE, () -> openSession(ttl, then)));
  }

  /** Goes on after a pause, up to so many milliseconds. */
  void after(int millis, Runnable step) {
    after(referee.upTo(millis), step);
  }

  void after(Duration pause, Runnable step) {
    scheduler.schedule(pause, step);
  }

  void note(String action, Object detail) {
    referee.note(name, action, detail);
  }
}
