package io.coord.it.torture.real;

import io.coord.it.torture.real.client.Sessions;
import io.coord.it.torture.real.fault.FaultLog;
import io.coord.it.torture.real.fault.FaultRecord;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Kills clients, and stops them from running for less or for more than their session's life. */
final class ClientFaults {

  private final Fleet fleet;
  private final int places;
  private final FaultLog log;
  private final Random random;
  private int number;

  ClientFaults(Fleet fleet, int places, FaultLog log, Random random) {
    this.fleet = fleet;
    this.places = places;
    this.log = log;
    this.random = random;
  }

  /** Makes one fault: a kill, a long pause and a short one by turns. */
  void next() throws InterruptedException {
    int place = random.nextInt(places);
    switch (number++ % 3) {
      case 0 -> kill(place);
      case 1 -> pause("client paused", place, (int) Sessions.TTL.toMillis() + 500, 4_000);
      default -> pause("client paused shortly", place, 300, 2_000);
    }
  }

  private void kill(int place) throws InterruptedException {
    ClientProcess client = fleet.at(place);
    log.during(
        FaultRecord.CLIENT_KILLED,
        client.name(),
        () -> {
          client.kill();
          lasts(0, 4_000);
          fleet.replace(place);
        });
  }

  private void pause(String kind, int place, int atLeast, int more) throws InterruptedException {
    ClientProcess client = fleet.at(place);
    log.during(
        kind,
        client.name(),
        () -> {
          client.pause();
          try {
            lasts(atLeast, more);
          } finally {
            client.goOn();
          }
        });
  }

  private void lasts(int millis, int more) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(millis + random.nextInt(more));
  }
}
