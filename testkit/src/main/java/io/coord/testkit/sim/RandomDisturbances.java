package io.coord.testkit.sim;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes disturbances happen by chance, as often as the profile in force says. */
final class RandomDisturbances {

  private static final Duration BEAT = Duration.ofMillis(100);
  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final KeyRange EVERYTHING = KeyRange.prefix(Bytes.EMPTY);

  private final World world;
  private final Server server;
  private final Clients clients;
  private final FaultInjector faults;

  RandomDisturbances(World world, Server server, Clients clients, FaultInjector faults) {
    this.world = world;
    this.server = server;
    this.clients = clients;
    this.faults = faults;
  }

  /** Asks chance again and again, for as long as the simulation runs. */
  void begin() {
    world.queue().after(BEAT.toNanos(), this::beat);
  }

  private void beat() {
    for (Disturbance disturbance : Disturbance.values()) {
      Optional<Duration> interval = world.faults().interval(disturbance);
      if (interval.isPresent()
          && server.isUp()
          && world.dice().chance((double) BEAT.toNanos() / interval.get().toNanos())) {
        happen(disturbance);
      }
    }
    begin();
  }

  private void happen(Disturbance disturbance) {
    switch (disturbance) {
      case PARTITION -> someClient().ifPresent(name -> faults.partition(name, length()));
      case PAUSE -> someClient().ifPresent(name -> faults.pause(name, length()));
      case WATCH_BREAK -> someClient().ifPresent(faults::breakWatches);
      case OUTAGE -> faults.stopServer(length());
      case LEADER_CHANGE -> faults.changeLeader();
      case COMPACTION -> faults.compact();
      case LEASE_REVOCATION -> someLease().ifPresent(faults::revokeLease);
      case KEY_DELETION -> someKey().ifPresent(faults::deleteKey);
    }
  }

  private Duration length() {
    return Duration.ofNanos(
        world.dice().mostlyShort(SHORTEST, world.faults().longestDisturbance()));
  }

  private Optional<String> someClient() {
    return some(clients.alive()).map(client -> client.process().name());
  }

  private Optional<Long> someLease() {
    return some(server.leases().all()).map(LeaseTable.Lease::id);
  }

  private Optional<Bytes> someKey() {
    return some(server.keys().list(EVERYTHING, server.keys().revision())).map(KeyValue::key);
  }

  private <T> Optional<T> some(List<T> choices) {
    return choices.isEmpty() ? Optional.empty() : Optional.of(world.dice().oneOf(choices));
  }
}
