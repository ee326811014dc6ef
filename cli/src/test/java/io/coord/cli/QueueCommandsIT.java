package io.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.queues.Claim;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands that push and pop, by hand and for operators. */
@EtcdTest
@Timeout(120)
class QueueCommandsIT {

  private final EtcdCluster cluster;
  private final String endpoints;

  QueueCommandsIT(EtcdCluster cluster) {
    this.cluster = cluster;
    this.endpoints = cluster.connectionString();
  }

  @AfterEach
  void noLeaseIsLeft() {
    assertThat(cluster.leaseCount()).as("leases").isZero();
    cluster.deleteEverything();
  }

  private TypedCommand coord(String... arguments) throws Exception {
    return TypedCommand.start(endpoints, arguments);
  }

  /** What a command says that reads nothing and succeeds. */
  private List<String> run(String... arguments) throws Exception {
    try (TypedCommand command = coord(arguments)) {
      assertThat(command.end()).as(command.complained()).isZero();
      return command.said().lines().toList();
    }
  }

  /** What a command complains about that fails so. */
  private String fail(int exitCode, String... arguments) throws Exception {
    try (TypedCommand command = coord(arguments)) {
      assertThat(command.end()).as(command.complained()).isEqualTo(exitCode);
      assertThat(command.said()).isEmpty();
      return command.complained();
    }
  }

  @Test
  void queue_pushesOfOnePopsOfAnother_comeInOrder() throws Exception {
    try (TypedCommand one = coord("queue", "q");
        TypedCommand two = coord("queue", "q")) {
      two.type("pop", "pop");
      one.type("push a", "push 'b c'").awaitSaid("pushed b c");
      two.awaitSaid(" a").awaitSaid(" b c");

      assertThat(one.type("quit").end()).isZero();
      assertThat(two.type("exit").end()).isZero();
    }
    assertThat(cluster.keyCount()).isZero();
  }

  @Test
  void queue_linesThatAreWrong_areSaidAndItGoesOn() throws Exception {
    try (TypedCommand one = coord("queue", "q")) {
      one.type("push", "push a b", "pop a", "fly", "push a", "pop").awaitSaid(" a", 2);

      assertThat(one.end()).isZero();
      assertThat(one.said())
          .contains("wrong number of arguments for push: got 0; expected: push VALUE")
          .contains("wrong number of arguments for push: got 2")
          .contains("wrong number of arguments for pop: got 1")
          .contains("unknown action 'fly'");
      assertThat(one.complained()).isEmpty();
    }
    assertThat(cluster.keyCount()).isZero();
  }

  @Test
  void queue_toldToQuitWhileItPops_takesNothingWithIt() throws Exception {
    try (TypedCommand one = coord("queue", "q")) {
      one.type("pop", "pop", "quit").awaitSaid("gave up pop", 2);
      assertThat(one.end()).isZero();
    }
    run("push", "q", "a");
    assertThat(cluster.keyCount()).isEqualTo(1);
  }

  @Test
  void pqueue_priorities_smallestLeavesFirst() throws Exception {
    try (TypedCommand one = coord("pqueue", "p")) {
      one.type("push low 65535", "push high 0").awaitSaid("pushed high");
      one.type("pop").awaitSaid(" high", 2).type("pop").awaitSaid(" low", 2);
      assertThat(one.end()).isZero();
    }
  }

  @Test
  void pqueue_priorityThatIsNone_isSaidAndNothingIsPut() throws Exception {
    try (TypedCommand one = coord("pqueue", "p")) {
      one.type("push a 65536", "push a -1", "push a many", "push a", "quit");

      assertThat(one.end()).isZero();
      assertThat(one.said())
          .contains("push: the priority is 65536; expected 0 to 65535")
          .contains("push: the priority is -1; expected 0 to 65535")
          .contains("push: the priority is 'many'; expected a whole number, 0 to 65535")
          .contains("wrong number of arguments for push: got 1; expected: push VALUE PRIORITY");
    }
    assertThat(cluster.keyCount()).isZero();
  }

  @Test
  void push_values_areInInTheirOrder() throws Exception {
    assertThat(run("push", "q", "one", "two words", "")).containsExactly("pushed 3");

    assertThat(run("pop", "q", "--count=3")).containsExactly("one", "two words", "");
    assertThat(cluster.keyCount()).isZero();
  }

  @Test
  void push_linesOfStandardInput_areInInTheirOrder() throws Exception {
    List<String> lines = IntStream.range(0, 600).mapToObj(i -> "line " + i).toList();
    try (TypedCommand push = coord("push", "q")) {
      push.type(lines.toArray(String[]::new));
      assertThat(push.end()).as(push.complained()).isZero();
      push.awaitSaid("pushed 600");
    }

    assertThat(run("pop", "q", "--count=600")).isEqualTo(lines);
    assertThat(fail(124, "pop", "q", "--timeout=0")).isEmpty();
  }

  @Test
  void push_linesThatAreNoText_keepTheirBytes() throws Exception {
    try (TypedCommand push = coord("push", "q")) {
      push.type(new byte[] {'a', (byte) 0xff, '\r'});
      assertThat(push.end()).as(push.complained()).isZero();
    }

    assertThat(run("pop", "q")).containsExactly("a\\xff");
  }

  @Test
  void push_interruptedWhileItReads_saysWhatIsIn() throws Exception {
    TypedCommand push = coord("push", "q").type("a", "b");
    await().atMost(Duration.ofSeconds(30)).until(() -> cluster.keyCount() >= 2);
    push.close();

    assertThat(push.complained()).contains("2 values are in");
  }

  @Test
  void queue_valueThatIsNoText_isSaidAndNothingIsPut() throws Exception {
    try (TypedCommand one = coord("queue", "q")) {
      one.type(new byte[] {'p', 'u', 's', 'h', ' ', 'a', (byte) 0xff}).awaitSaid("expected UTF-8");
      assertThat(one.end()).isZero();
    }
    assertThat(cluster.keyCount()).isZero();
  }

  @Test
  void pop_whereTheLocaleSaysNothing_printsUtf8() throws Exception {
    run("push", "q", "gr\u00fc\u00dfe");
    Map<String, String> environment = Map.of("COORD_ENDPOINTS", endpoints, "LC_ALL", "C");
    try (CommandProcess pop = CommandProcess.start(environment, "pop", "q")) {
      assertThat(pop.awaitLine("gr")).isEqualTo("gr\u00fc\u00dfe");
      assertThat(pop.awaitExitCode()).isZero();
    }
  }

  @Test
  void push_withAKind_reachesThatQueue() throws Exception {
    run("push", "n", "--kind=pqueue", "--priority=9", "later");
    run("push", "n", "--kind=pqueue", "--priority=3", "sooner");
    run("push", "n", "plain");
    run("push", "n", "--kind=work", "job");

    try (Coord coord = Coord.connect(endpoints)) {
      assertThat(PriorityQueue.of(coord, "n").poll()).contains("sooner");
      assertThat(Queue.of(coord, "n").size()).isEqualTo(1);
    }
    assertThat(run("pop", "n", "--kind=pqueue")).containsExactly("later");
    assertThat(run("pop", "n", "--kind=work")).containsExactly("job");
    assertThat(fail(124, "pop", "n", "--kind=work", "--timeout=100ms")).isEmpty();
  }

  @Test
  void push_valueTooLarge_saysWhatIsInAndLeavesTheRestOut() throws Exception {
    String large = "x".repeat(2_000_000);

    assertThat(fail(1, "push", "q", "small", large))
        .contains("value 2 is not in")
        .contains("1.5 MiB")
        .contains("1 before it are")
        .doesNotContain("\tat ");
    assertThat(cluster.keyCount()).isEqualTo(1);
  }

  @Test
  void pop_follow_printsWhatComesUntilItIsInterrupted() throws Exception {
    try (TypedCommand pop = coord("pop", "q", "--follow")) {
      run("push", "q", "a");
      pop.awaitSaid("a");
      run("push", "q", "b");
      pop.awaitSaid("b");
    }
    assertThat(cluster.keyCount()).isZero();
  }

  @Test
  void show_queuesOfOneName_tellsDepthAgeClaimsAndDeadOfEach() throws Exception {
    run("push", "n", "a", "b");
    run("push", "n", "--kind=pqueue", "c");
    try (Coord coord = Coord.builder().name("worker-1").endpoints(endpoints).connect();
        Session session = coord.openSession()) {
      WorkQueue<String> work =
          WorkQueue.of(session, "n", Codec.utf8(), WorkQueueOptions.defaults().withMaxAttempts(1));
      for (String job : List.of("dies", "is claimed", "waits")) {
        work.enqueue(job);
      }
      work.claim().nack("no paper");
      Claim<String> claim = work.claim();

      JsonNode shown = new ObjectMapper().readTree(run("show", "n", "--json").get(0));
      assertThat(shown.get("holders")).isEmpty();
      assertThat(shown.at("/queue/depth").asLong()).isEqualTo(2);
      assertThat(shown.at("/queue/oldest/age_s").asLong(-1)).isBetween(0L, 120L);
      assertThat(shown.at("/priority_queue/depth").asLong()).isEqualTo(1);
      assertThat(shown.at("/work_queue/depth").asLong()).isEqualTo(1);
      assertThat(shown.at("/work_queue/oldest/age_s").asLong(-1)).isBetween(0L, 120L);
      assertThat(shown.at("/work_queue/claims/0/key").asText()).isEqualTo(claim.key());
      assertThat(shown.at("/work_queue/claims/0/client").asText()).startsWith("worker-1/");
      assertThat(shown.at("/work_queue/claims/0/attempt").asLong()).isEqualTo(1);
      assertThat(shown.at("/work_queue/dead/0/reason").asText()).isEqualTo("no paper");
      assertThat(run("show", "n"))
          .anyMatch(line -> line.startsWith("n: queue, depth 2, the oldest for "))
          .anyMatch(line -> line.startsWith("n: work queue, depth 1, the oldest for "))
          .anyMatch(line -> line.startsWith("worker-1/") && line.contains("is claimed"))
          .anyMatch(line -> line.contains("dies") && line.endsWith("no paper"));
    }
  }
}
