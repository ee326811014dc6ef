package io.coord.it.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.locks.Mutex;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/**
 * What lives on the heap after thousands of locks were taken and released is what lived there
 * before: counted object by object, class by class, after a collection. The system property {@code
 * coord.heap.cycles} asks for more than a build has time for.
 */
@EtcdTest
class HeapIT {

  private static final int CYCLES = Integer.getInteger("coord.heap.cycles", 10_000);
  private static final int WARM_UP = 2_000;
  private static final int NAMES = 24;
  private static final int WORKERS_PER_NAME = 2;
  private static final Duration TTL = Duration.ofSeconds(60);
  private static final Duration BOUND = Duration.ofMinutes(10);

  /** What comes and goes by itself: buffers, and what waits for a timer. */
  private static final int SLACK = 600;

  private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");
  private static final Pattern OURS =
      Pattern.compile(
          "io\\.coord\\.(core|locks|election|queues|barriers|stm)\\..*"
              + "|io\\.grpc\\.(?!netty\\.shaded).*"
              + "|java\\.util\\.concurrent\\.CompletableFuture.*");

  private final EtcdCluster cluster;

  HeapIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void locks_thousandsOfCycles_leaveNothingOnTheHeap() throws Exception {
    try (Coord coord = Coord.connect(cluster.connectionString());
        Session session = coord.openSession(TTL)) {
      cycles(session, WARM_UP);
      Map<String, Long> before = histogram();
      cycles(session, CYCLES);
      Map<String, Long> after = histogram();

      assertThat(before).isNotEmpty();
      assertThat(grown(before, after)).as("classes, and by how many objects").isEmpty();
    }
  }

  private static Map<String, Long> grown(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> grown = new TreeMap<>();
    after.forEach((name, count) -> grown.put(name, count - before.getOrDefault(name, 0L)));
    grown.values().removeIf(more -> more <= SLACK);
    return grown;
  }

  /** Several workers at a time, two of each lock: so some wait and some do not. */
  private static void cycles(Session session, int count) throws Exception {
    int each = count / (NAMES * WORKERS_PER_NAME);
    List<CompletableFuture<?>> workers = new ArrayList<>();
    for (int i = 0; i < NAMES * WORKERS_PER_NAME; i++) {
      workers.add(cycle(Mutex.of(session, "heap/" + i % NAMES), each));
    }
    CompletableFuture.allOf(workers.toArray(CompletableFuture<?>[]::new))
        .get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  private static CompletableFuture<Release> cycle(Mutex mutex, int left) {
    CompletableFuture<Release> once =
        mutex.lockAsync().thenComposeAsync(hold -> hold.releaseAsync());
    return left == 1 ? once : once.thenComposeAsync(released -> cycle(mutex, left - 1));
  }

  /** How many objects of each class there are, once those that nobody holds are collected. */
  private static Map<String, Long> histogram() throws JMException {
    Object text =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    Map<String, Long> counts = new TreeMap<>();
    for (String line : text.toString().split("\n", -1)) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches() && OURS.matcher(matcher.group(2)).matches()) {
        counts.put(matcher.group(2), Long.parseLong(matcher.group(1)));
      }
    }
    return counts;
  }
}
