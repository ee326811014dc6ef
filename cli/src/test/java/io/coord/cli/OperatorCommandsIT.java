package io.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.queues.Queue;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import io.coord.testkit.EtcdctlProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands for operators, as processes that are ended, lose their locks, and leave nothing. */
@EtcdTest
@Timeout(120)
class OperatorCommandsIT extends ClusterScenario {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  OperatorCommandsIT(EtcdCluster cluster) {
    super(cluster);
  }

  private CommandProcess coord(String... arguments) throws Exception {
    return CommandProcess.start(endpoints, arguments);
  }

  private static boolean isAlive(String line) {
    return ProcessHandle.of(Long.parseLong(line.substring(line.indexOf('=') + 1)))
        .map(ProcessHandle::isAlive)
        .orElse(false);
  }

  @Test
  void pop_nobodyReadsTheOutput_endsAndTakesNothingMore() throws Exception {
    try (Coord coord = Coord.connect(endpoints);
        CommandProcess pop = coord("pop", "jobs", "--follow")) {
      Queue<String> queue = Queue.of(coord, "jobs");
      queue.enqueue("a");
      pop.awaitLine("a");
      pop.closeOutput();
      queue.enqueue("b");
      assertThat(pop.awaitExitCode()).isEqualTo(1);
      queue.enqueue("c");

      assertThat(queue.dequeue()).isEqualTo("c");
    }
  }

  @Test
  void show_nobodyReadsTheOutput_fails() throws Exception {
    try (CommandProcess show = coord("show", "jobs", "--json")) {
      show.closeOutput();

      assertThat(show.awaitExitCode()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mutex", "locker"})
  void turns_nobodyReadsTheOutput_releaseAndEnd(String command) throws Exception {
    try (CommandProcess turns = coord(command, "orders", "--count=100000", "--hold=20ms")) {
      turns.awaitLine("acquired lock");
      turns.closeOutput();

      assertThat(turns.awaitExitCode()).isEqualTo(1);
      assertThat(cluster.keyCount()).isZero();
    }
  }

  @Test
  void lock_commandEnds_givesItKeyAndTokenAndPassesItsExitCodeOn() throws Exception {
    String script = "echo $COORD_LOCK_KEY token=$COORD_LOCK_TOKEN; exit 7";
    try (CommandProcess lock = coord("lock", "orders", "--", "sh", "-c", script)) {
      assertThat(lock.awaitLine("token=")).matches("orders/[^ ]+ token=[1-9][0-9]*");
      assertThat(lock.awaitExitCode()).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @CsvSource({"no-such-command-at-all, 127", "/etc/passwd, 126"})
  void lock_commandCannotBeStarted_givesTheShellsExitCode(String command, int exitCode)
      throws Exception {
    try (CommandProcess lock = coord("lock", "orders", "--", command)) {
      assertThat(lock.awaitLine("coord: ")).contains("cannot be started").contains(command);
      assertThat(lock.awaitExitCode()).isEqualTo(exitCode);
    }
  }

  @Test
  void lock_takenForLongerThanTheTimeout_startsNothing(@TempDir Path folder) throws Exception {
    Path started = folder.resolve("started");
    try (Coord coord = Coord.connect(endpoints);
        Session session = coord.openSession();
        LockHold hold = Mutex.of(session, "orders").lock();
        CommandProcess lock =
            coord("lock", "orders", "--timeout=200ms", "--", "touch", started.toString())) {
      assertThat(lock.awaitExitCode()).isEqualTo(124);
      assertThat(started).doesNotExist();
      assertThat(hold.isHeld()).isTrue();
      assertThat(cluster.keyCount()).isEqualTo(1);
    }
  }

  @Test
  void lock_lost_stopsTheCommandAndAllThatCameOfIt() throws Exception {
    String script = "sh -c 'trap \"\" TERM; echo deaf=$$; sleep 600; sleep 600' & echo me=$$; wait";
    try (CommandProcess lock = coord("lock", "orders", "--grace=500ms", "--", "sh", "-c", script)) {
      String first = lock.awaitLine("=");
      String second = lock.awaitLine("=");
      assertThat(isAlive(first) && isAlive(second)).isTrue();

      cluster.etcdctl("del", "--prefix", "orders/");

      assertThat(lock.awaitLine("coord: ")).contains("lost").contains("stopped");
      assertThat(lock.awaitExitCode()).isEqualTo(123);
      await().atMost(LIMIT).until(() -> !isAlive(first) && !isAlive(second));
    }
  }

  @Test
  void lock_sigterm_endsTheCommandBeforeItReleases(@TempDir Path folder) throws Exception {
    Path ended = folder.resolve("ended");
    String script =
        "trap 'sleep 1; touch " + ended + "; exit 3' TERM; echo ready; while :; do sleep 0.1; done";
    try (CommandProcess lock = coord("lock", "orders", "--grace=30s", "--", "sh", "-c", script);
        Coord coord = Coord.connect(endpoints);
        Session session = coord.openSession()) {
      lock.awaitLine("ready");
      lock.terminate();

      try (LockHold next = Mutex.of(session, "orders").lock()) {
        assertThat(ended).exists();
        assertThat(next.isHeld()).isTrue();
      }
      assertThat(lock.awaitExitCode()).isEqualTo(128 + 15);
    }
  }

  @Test
  void elect_sigterm_resignsAndListenersHearOfIt() throws Exception {
    try (CommandProcess listener = coord("elect", "e", "--listen")) {
      listener.awaitLine("no leader");
      try (CommandProcess leader = coord("elect", "e", "10.0.0.7")) {
        String key = leader.awaitLine("e/");
        leader.awaitLine("10.0.0.7");
        assertThat(listener.awaitLine("e/")).isEqualTo(key);
        listener.awaitLine("10.0.0.7");

        leader.terminate();

        assertThat(leader.awaitExitCode()).isEqualTo(128 + 15);
        listener.awaitLine("no leader");
      }
      listener.terminate();
      assertThat(listener.awaitExitCode()).isEqualTo(128 + 15);
    }
  }

  @Test
  void elect_nobodyReadsWhatItHears_endsAtTheNextChange() throws Exception {
    try (CommandProcess listener = coord("elect", "e", "--listen")) {
      listener.awaitLine("no leader");
      listener.closeOutput();
      try (CommandProcess leader = coord("elect", "e", "10.0.0.7")) {
        leader.awaitLine("10.0.0.7");

        assertThat(listener.awaitExitCode()).isEqualTo(125);
        leader.terminate();
        assertThat(leader.awaitExitCode()).isEqualTo(128 + 15);
      }
    }
  }

  @Test
  void elect_leadershipLost_endsWithItsOwnExitCode() throws Exception {
    try (CommandProcess leader = coord("elect", "e", "me")) {
      leader.awaitLine("e/");

      cluster.etcdctl("del", "--prefix", "e/");

      assertThat(leader.awaitLine("coord: ")).contains("leadership was lost");
      assertThat(leader.awaitExitCode()).isEqualTo(123);
    }
  }

  @Test
  void show_holderOfOursAndWaiterOfGo_bothInOrder() throws Exception {
    try (Coord coord = Coord.builder().name("worker-1").endpoints(endpoints).connect();
        Session session = coord.openSession();
        LockHold hold = Mutex.of(session, "orders").lock();
        EtcdctlProcess go = cluster.etcdctlProcess("lock", "orders")) {
      await().atMost(LIMIT).until(() -> cluster.keyCount() == 2);

      JsonNode shown = new ObjectMapper().readTree(show("orders", "--json"));
      JsonNode holder = shown.get("holders").get(0);
      assertThat(holder.get("key").asText()).isEqualTo(hold.key());
      assertThat(holder.get("token").asLong()).isEqualTo(hold.fencingToken().value());
      assertThat(holder.get("client").asText()).isEqualTo("worker-1");
      assertThat(holder.get("ttl_left_s").asLong()).isPositive();
      assertThat(shown.get("waiters")).hasSize(1);
      assertThat(shown.get("waiters").get(0).get("client").isNull()).isTrue();
      assertThat(show("orders"))
          .startsWith("orders: 1 holding, 1 waiting")
          .containsPattern("holds .*worker-1.*" + hold.key())
          .contains("waits 1");
    }
    // The one that was killed goes with its lease.
    cluster.deleteEverything();
  }

  @Test
  void show_nobodyThere_saysSo() throws Exception {
    assertThat(show("orders"))
        .isEqualToIgnoringNewLines(
            "orders: nobody holds, leads or waits; there is no item of a queue, and no barrier");
  }

  private String show(String... arguments) throws Exception {
    String[] all = new String[arguments.length + 1];
    all[0] = "show";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    try (TypedCommand show = TypedCommand.start(endpoints, all)) {
      assertThat(show.end()).as(show.complained()).isZero();
      return show.said();
    }
  }
}
