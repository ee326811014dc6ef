package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.WatchEvent;
import io.coord.election.Election;
import io.coord.election.ElectionEvent;
import io.coord.election.ElectionView;
import io.coord.election.Leader;
import io.coord.election.Leadership;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong, observers are told only what was so, and never go back. */
class ObservationSimulationTest {

  private static final String NAME = "scheduler";
  private static final Bytes PREFIX = Bytes.utf8(NAME + "/");
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration LENGTH = Duration.ofMinutes(1);
  private static final int RUNS = 30;

  /** A candidate as etcd committed it. */
  private record Truth(String key, long createRevision, String value) {}

  @Test
  void observe_lostLateAndDoubledMessages_tellsTheTruthInOrder() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), etcd -> new Run(etcd).check());
  }

  @Test
  void observe_inAStorm_tellsTheTruthInOrder() {
    SeedSweep.of(RUNS).run(SimulatedFaults.stormy().timesAsOften(3), etcd -> new Run(etcd).check());
  }

  @Test
  void observe_inAStormAmongVandals_tellsTheTruthInOrder() {
    SeedSweep.of(RUNS)
        .run(SimulatedFaults.hostile().timesAsOften(3), etcd -> new Run(etcd).check());
  }

  /** Candidates that come, proclaim and go, and observers that are compared with etcd's history. */
  private static final class Run {

    private final SimulatedEtcd etcd;
    private final SplittableRandom random;
    private final Map<String, Truth> standing = new HashMap<>();
    private final NavigableMap<Long, Optional<Truth>> leaders = new TreeMap<>();
    private final List<Observer> observers = new ArrayList<>();
    private boolean over;

    Run(SimulatedEtcd etcd) {
      this.etcd = etcd;
      this.random = new SplittableRandom(etcd.seed());
      leaders.put(0L, Optional.empty());
      etcd.onCommit(this::committed);
    }

    private void committed(List<WatchEvent> events) {
      for (WatchEvent event : events) {
        if (event.kv().key().startsWith(PREFIX)) {
          String key = event.kv().key().utf8();
          switch (event.type()) {
            case PUT ->
                standing.put(
                    key, new Truth(key, event.kv().createRevision(), event.kv().value().utf8()));
            case DELETE -> standing.remove(key);
          }
          leaders.put(
              event.kv().modRevision(),
              standing.values().stream().min(Comparator.comparing(Truth::createRevision)));
        }
      }
    }

    void check() {
      for (String name : List.of("a", "b", "c")) {
        new Candidate(etcd.coord(name)).begin();
      }
      for (String name : List.of("x", "y")) {
        observers.add(new Observer(etcd.coord(name)));
      }
      etcd.runFor(LENGTH);
      over = true;
      etcd.faults().calm();
      etcd.runFor(TTL.multipliedBy(6));
      for (Observer observer : observers) {
        assertThat(observer.events).isGreaterThan(5);
        assertThat(observer.lastTold).isEqualTo(leaders.lastEntry().getValue());
      }
    }

    private Duration millis(int bound) {
      return Duration.ofMillis(random.nextLong(bound));
    }

    private final class Observer {

      private long revision = -1;
      private int events;
      private Optional<Truth> lastTold = Optional.empty();

      Observer(Coord coord) {
        ElectionView.of(coord, NAME).observe(this::hear);
      }

      private void hear(ElectionEvent<String> event) {
        events++;
        assertThat(event.revision()).isGreaterThan(revision);
        revision = event.revision();
        lastTold = leaderOf(event).map(Run::truth);
        assertThat(lastTold)
            .as("who led at revision %d", revision)
            .isEqualTo(leaders.floorEntry(revision).getValue());
      }

      private Optional<Leader<String>> leaderOf(ElectionEvent<String> event) {
        if (event instanceof ElectionEvent.Elected<String> elected) {
          return Optional.of(elected.leader());
        }
        return event instanceof ElectionEvent.Proclaimed<String> proclaimed
            ? Optional.of(proclaimed.leader())
            : Optional.empty();
      }
    }

    private static Truth truth(Leader<String> leader) {
      return new Truth(leader.key(), leader.fencingToken().value(), leader.value());
    }

    private final class Candidate {

      private final CoordRuntime coord;
      private final Scheduler scheduler;
      private int number;

      Candidate(Coord coord) {
        this.coord = CoordRuntime.of(coord);
        this.scheduler = this.coord.store().scheduler();
      }

      void begin() {
        if (!over) {
          Futures.onDone(
              coord.openSessionAsync(TTL), this::campaign, failure -> later(this::begin));
        }
      }

      private void campaign(Session session) {
        Futures.onDone(
            Election.of(session, NAME).campaignAsync(nextValue()),
            leadership -> later(() -> proclaim(session, leadership)),
            failure -> end(session));
      }

      private void proclaim(Session session, Leadership<String> leadership) {
        if (random.nextInt(3) == 0) {
          Futures.onDone(
              leadership.resignAsync(), resigned -> end(session), failure -> end(session));
          return;
        }
        Futures.onDone(
            leadership.proclaimAsync(nextValue()),
            revision -> later(() -> proclaim(session, leadership)),
            failure -> end(session));
      }

      private void end(Session session) {
        Futures.onDone(session.closeAsync(), closed -> later(this::begin), failure -> {});
      }

      private void later(Runnable task) {
        scheduler.schedule(millis(500), task);
      }

      private String nextValue() {
        return coord.config().name() + "-" + number++;
      }
    }
  }
}
