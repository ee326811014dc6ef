package io.coord.it.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.Leadership;
import io.coord.election.Observation;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What was opened and closed a thousand times leaves nothing, here and in etcd. */
@EtcdTest
class LeaksIT {

  private static final int ROUNDS = 1000;
  private static final int WARM_UP = 50;
  private static final Duration TTL = Duration.ofSeconds(60);
  private static final Duration BOUND = Duration.ofMinutes(1);

  private final EtcdCluster cluster;
  private final HttpClient http = HttpClient.newHttpClient();

  LeaksIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  /** What a round uses; it ends as it began. */
  private interface Round {
    void run() throws InterruptedException;
  }

  /** What there is at one moment, here and in etcd. */
  private record Inventory(
      int threads, long files, double watchers, double watchStreams, int leases, long keys) {

    boolean isWithin(Inventory before) {
      return threads <= before.threads
          && files <= before.files
          && watchers <= before.watchers
          && watchStreams <= before.watchStreams
          && leases <= before.leases
          && keys <= before.keys;
    }
  }

  private Inventory inventory() {
    String metrics = metrics();
    long files =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getOpenFileDescriptorCount()
            : 0;
    return new Inventory(
        Thread.activeCount(),
        files,
        metric(metrics, "etcd_debugging_mvcc_watcher_total"),
        metric(metrics, "etcd_debugging_mvcc_watch_stream_total"),
        cluster.leaseCount(),
        cluster.keyCount());
  }

  private String metrics() {
    URI uri = URI.create(cluster.endpoints().get(0) + "/metrics");
    try {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading " + uri, e);
    }
  }

  private static double metric(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("etcd reports no metric " + name));
  }

  private void repeat(Round round) throws InterruptedException {
    for (int i = 0; i < WARM_UP; i++) {
      round.run();
    }
    Inventory before = inventory();
    for (int i = 0; i < ROUNDS; i++) {
      round.run();
    }
    await()
        .atMost(BOUND)
        .untilAsserted(
            () -> assertThat(inventory()).matches(now -> now.isWithin(before), "" + before));
  }

  @Test
  void connections_openedUsedAndClosed_leaveNothing() throws InterruptedException {
    repeat(
        () -> {
          try (Coord coord = Coord.connect(cluster.connectionString());
              Session session = coord.openSession(TTL);
              LockHold hold = Mutex.of(session, "leaks").lock()) {
            assertThat(hold.isHeld()).isTrue();
          }
        });
  }

  @Test
  void primitives_usedOnOneConnection_leaveNothing() throws InterruptedException {
    try (Coord coord = Coord.connect(cluster.connectionString())) {
      repeat(
          () -> {
            try (Session session = coord.openSession(TTL)) {
              lockWithAWaiterThatGivesUp(session);
              leadWithAnObserver(session);
            }
          });
    }
  }

  private static void lockWithAWaiterThatGivesUp(Session session) throws InterruptedException {
    Mutex mutex = Mutex.of(session, "leaks");
    try (LockHold hold = mutex.lock()) {
      CompletableFuture<LockHold> waiting = mutex.lockAsync();
      waiting.cancel(true);
      assertThat(hold.isHeld()).isTrue();
    }
  }

  private static void leadWithAnObserver(Session session) throws InterruptedException {
    Election<String> election = Election.of(session, "leaks");
    try (Observation observation = election.observe(event -> {});
        Leadership<String> leadership = election.campaign("one")) {
      leadership.proclaim("two");
      assertThat(observation.ended().toCompletableFuture()).isNotDone();
    }
  }
}
