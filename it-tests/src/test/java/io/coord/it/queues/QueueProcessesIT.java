package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.queues.Queue;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queues that several processes share, some of which are killed at work. */
@EtcdTest(members = 3)
class QueueProcessesIT {

  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final int VALUES = 1_500;
  private static final int KILLED = 2;

  private final EtcdCluster cluster;
  private final List<Child> children = new ArrayList<>();
  private final Map<String, Integer> took = new ConcurrentHashMap<>();
  private final Set<String> put = ConcurrentHashMap.newKeySet();
  private final Set<String> arrived = ConcurrentHashMap.newKeySet();

  QueueProcessesIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Child child : children) {
      child.kill();
    }
  }

  /** A process, and a thread that reads what it says. */
  private final class Child {

    private final Process process;
    private final Thread reader;

    Child() throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  QueueWorker.class.getName(),
                  cluster.connectionString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      reader = new Thread(this::read, "reader");
      reader.start();
    }

    private void read() {
      try (BufferedReader said =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
          heard(line);
        }
      } catch (IOException killed) {
        process.destroyForcibly();
      }
    }

    /** SIGKILL; then everything is read that it said before. */
    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      reader.join(BOUND.toMillis());
    }
  }

  private void heard(String line) {
    if (line.startsWith(QueueWorker.TOOK)) {
      took.merge(line.substring(QueueWorker.TOOK.length()), 1, Integer::sum);
    } else if (line.startsWith(QueueWorker.PUT)) {
      put.add(line.substring(QueueWorker.PUT.length()));
    }
  }

  @Test
  void queue_consumersKilledAtWork_losesAtMostWhatTheyHadInHandAndDoublesNothing()
      throws Exception {
    try (Coord coord = Coord.connect(cluster.connectionString())) {
      Queue<String> in = Queue.of(coord, QueueWorker.IN);
      Queue<String> out = Queue.of(coord, QueueWorker.OUT);
      for (int i = 0; i < 4; i++) {
        children.add(new Child());
      }
      for (int i = 0; i < VALUES; i += 100) {
        List<String> values = new ArrayList<>();
        for (int j = i; j < i + 100; j++) {
          values.add("v" + j);
        }
        in.enqueueAll(values);
      }
      for (int i = 1; i <= KILLED; i++) {
        int enough = i * VALUES / 5;
        await().atMost(BOUND).until(() -> put.size() >= enough);
        children.get(i).kill();
      }
      await().atMost(BOUND).until(() -> in.size() == 0);
      assertThat(drainedTwice(out)).isEmpty();
      await().atMost(BOUND).until(() -> arrived.containsAll(put));

      assertThat(took.values()).as("times that a value was taken").containsOnly(1);
      assertThat(arrived.size()).isBetween(VALUES - KILLED, VALUES);
      assertThat(in.poll()).isEmpty();
    }
  }

  /** Takes what has arrived until nothing comes any more; gives what came twice. */
  private List<String> drainedTwice(Queue<String> out) throws InterruptedException {
    List<String> twice = new ArrayList<>();
    Optional<String> next = out.poll(Duration.ofSeconds(2));
    while (next.isPresent()) {
      if (!arrived.add(next.get())) {
        twice.add(next.get());
      }
      next = out.poll(Duration.ofSeconds(2));
    }
    return twice;
  }
}
