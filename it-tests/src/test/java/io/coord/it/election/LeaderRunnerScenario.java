package io.coord.it.election;

import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.election.LeaderRunner;
import io.coord.election.LeaderRunnerOptions;
import io.coord.election.LeaderWork;
import io.coord.election.Leadership;
import io.coord.testkit.EtcdCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of the managed form of an election have in common. */
abstract class LeaderRunnerScenario {

  static final Duration TTL = Duration.ofSeconds(3);
  static final Duration BOUND = Duration.ofSeconds(60);
  static final LeaderRunnerOptions OPTIONS =
      LeaderRunnerOptions.defaults()
          .withTtl(TTL)
          .withBackoff(Duration.ofMillis(50), Duration.ofMillis(500));

  final EtcdCluster cluster;
  final List<LeaderRunner> runners = new CopyOnWriteArrayList<>();

  /** The leaderships that the work was given, in order. */
  final List<Leadership<String>> led = new CopyOnWriteArrayList<>();

  final AtomicInteger interrupted = new AtomicInteger();
  Coord coord;

  LeaderRunnerScenario(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws InterruptedException {
    coord = Coord.builder().endpoints(cluster.connectionString()).name("runners").connect();
  }

  @AfterEach
  void close() {
    cluster.heal();
    runners.forEach(LeaderRunner::close);
    coord.close();
    await().atMost(BOUND).until(() -> threads("runners") == 0);
  }

  static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(name))
        .count();
  }

  LeaderRunner start(LeaderWork<String, ? extends Exception> work) {
    return start(coord, OPTIONS, work);
  }

  LeaderRunner start(
      Coord over, LeaderRunnerOptions options, LeaderWork<String, ? extends Exception> work) {
    LeaderRunner runner =
        LeaderRunner.start(
            over,
            "scheduler",
            "one",
            leadership -> {
              led.add(leadership);
              work.lead(leadership);
            },
            options);
    runners.add(runner);
    return runner;
  }

  /** A good work: waits until it is told to stop. */
  void untilInterrupted(Leadership<String> leadership) throws InterruptedException {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.incrementAndGet();
      throw e;
    }
  }

  Leadership<String> awaitLed(int times) {
    await().atMost(BOUND).until(() -> led.size() >= times);
    return led.get(times - 1);
  }

  static void awaitInAnyCase(CountDownLatch latch) {
    boolean done = false;
    while (!done) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException ignored) {
        done = false;
      }
    }
  }

  String keys() {
    return cluster.etcdctl("get", "--prefix", "--keys-only", "scheduler/").strip();
  }

  void revokeTheLeaseOf(Leadership<String> leadership) {
    cluster.etcdctl("lease", "revoke", leaseOf(leadership));
  }

  static String leaseOf(Leadership<String> leadership) {
    String key = leadership.key();
    return key.substring(key.indexOf('/') + 1, key.indexOf('-'));
  }
}
