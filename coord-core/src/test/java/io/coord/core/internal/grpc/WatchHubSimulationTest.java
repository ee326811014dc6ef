package io.coord.core.internal.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import io.etcd.jetcd.api.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Watches on a cluster that breaks, lags and compacts at random see each change exactly once. */
class WatchHubSimulationTest {

  private static final int SEEDS = 3000;
  private static final int STEPS = 400;
  private static final String[] KEYS = {"a", "b", "c", "d"};

  @Test
  void watches_underRandomFaults_seeEveryChangeOnceAndInOrder() {
    int compactions = 0;
    int events = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Run run = new Run(seed);
      try {
        run.run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
      for (Witness witness : run.witnesses) {
        compactions += witness.compacted ? 1 : 0;
        events += witness.seen;
      }
    }
    assertThat(compactions).isGreaterThan(SEEDS / 10);
    assertThat(events).isGreaterThan(SEEDS * 10);
  }

  private static final class Run {
    final Random random;
    final ModelCluster cluster;
    final FakeScheduler scheduler = new FakeScheduler();
    final WatchHub hub;
    final List<Witness> witnesses = new ArrayList<>();

    Run(long seed) {
      random = new Random(seed);
      cluster = new ModelCluster(random);
      hub = new WatchHub(cluster, scheduler, "simulation");
    }

    void run() {
      for (int i = 0; i < STEPS; i++) {
        somethingHappens();
        scheduler.advance(Duration.ofMillis(random.nextInt(3)));
      }
      cluster.calm();
      for (int i = 0; i < 20_000 && !(cluster.isSettled() && allStand()); i++) {
        cluster.step();
        scheduler.advance(Duration.ofMillis(10));
      }
      witnesses.forEach(Witness::checkComplete);
    }

    private void somethingHappens() {
      int dice = random.nextInt(100);
      if (dice < 20) {
        commit();
      } else if (dice < 23) {
        witnesses.add(new Witness(this, startRevision(), random.nextInt(KEYS.length + 1)));
      } else if (dice < 25) {
        cluster.breakStream();
      } else if (dice < 27) {
        cluster.compact();
      } else if (dice < 28 && !witnesses.isEmpty()) {
        witnesses.get(random.nextInt(witnesses.size())).close();
      } else {
        cluster.step();
      }
    }

    private boolean allStand() {
      return witnesses.stream().allMatch(w -> w.closed || w.compacted || w.created);
    }

    private long startRevision() {
      return random.nextBoolean() ? 0 : 1L + random.nextInt((int) cluster.revision() + 5);
    }

    private void commit() {
      long revision = cluster.revision() + 1;
      List<Event> changes = new ArrayList<>();
      for (String key : KEYS) {
        if (random.nextInt(3) == 0) {
          changes.add(
              random.nextBoolean()
                  ? WatchScript.put(key, revision)
                  : WatchScript.delete(key, revision));
        }
      }
      if (changes.isEmpty()) {
        changes.add(WatchScript.put("z", revision));
      }
      cluster.commit(changes);
    }
  }

  /** Compares what a watch reports with what has happened. */
  private static final class Witness implements WatchListener {
    final Run run;
    final KeyRange range;
    final long startRevision;
    final Watch watch;
    boolean created;
    boolean compacted;
    boolean closed;
    long reported;
    int seen;

    Witness(Run run, long startRevision, int key) {
      this.run = run;
      this.startRevision = startRevision;
      this.range =
          key == KEYS.length
              ? KeyRange.between(Bytes.utf8("a"), Bytes.utf8("e"))
              : KeyRange.single(Bytes.utf8(KEYS[key]));
      this.watch = run.hub.watch(range, startRevision, Changes.ALL, this);
    }

    void close() {
      closed = true;
      watch.close();
    }

    @Override
    public void onCreated(long revision) {
      assertThat(created || compacted || closed).isFalse();
      if (startRevision > 0) {
        assertThat(revision).isEqualTo(startRevision - 1);
      }
      created = true;
      reported = revision;
    }

    @Override
    public void onEvents(long revision, List<WatchEvent> events) {
      assertThat(created).isTrue();
      assertThat(compacted || closed).isFalse();
      assertThat(readable(events)).isEqualTo(expected(reported + 1, revision));
      assertThat(revision).isEqualTo(events.get(events.size() - 1).kv().modRevision());
      reported = revision;
      seen += events.size();
    }

    @Override
    public void onCompacted(long compactRevision) {
      assertThat(compacted || closed).isFalse();
      assertThat(compactRevision).isLessThanOrEqualTo(run.cluster.compactRevision());
      assertThat(compactRevision).isGreaterThan(Math.max(reported, startRevision - 1));
      compacted = true;
    }

    @Override
    public void onFailed(CoordException cause) {
      fail("the watch failed", cause);
    }

    void checkComplete() {
      if (!closed && !compacted) {
        assertThat(created).isTrue();
        assertThat(expected(reported + 1, run.cluster.revision())).isEmpty();
      }
    }

    private List<String> expected(long from, long to) {
      return LongStream.rangeClosed(from, to)
          .boxed()
          .flatMap(revision -> run.cluster.changes(revision).stream())
          .map(WatchMessages::event)
          .filter(event -> range.contains(event.kv().key()))
          .map(Witness::readable)
          .toList();
    }

    private static List<String> readable(List<WatchEvent> events) {
      return events.stream().map(Witness::readable).toList();
    }

    private static String readable(WatchEvent event) {
      return event.type() + " " + event.kv().key() + "@" + event.kv().modRevision();
    }
  }
}
