package io.coord.cli.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(60)
class ProcessTreeTest {

  private static final String VARIABLE = "COORD_TEST_TREE";
  private static final Duration LONG = Duration.ofSeconds(30);

  private final String id = UUID.randomUUID().toString();
  private ProcessTree tree;
  private Process shell;

  /** Starts a shell, and waits for it to say that it is ready. */
  private void start(String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
    builder.environment().put(VARIABLE, "test/" + id);
    shell = builder.start();
    tree = new ProcessTree(shell.toHandle(), VARIABLE, id);
    BufferedReader out =
        new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).isEqualTo("ready");
  }

  private List<ProcessHandle> left() {
    return ProcessTable.withVariable(VARIABLE, id)
        .filter(process -> !ProcessTable.isZombie(process))
        .toList();
  }

  @AfterEach
  void end() {
    assertThat(tree.stop(Duration.ZERO)).isTrue();
  }

  @Test
  void stop_childrenAndGrandchildren_allEnd() throws IOException {
    start("sh -c 'sleep 600 & wait' & echo ready; wait");
    List<ProcessHandle> all =
        Stream.concat(Stream.of(shell.toHandle()), shell.descendants()).toList();

    assertThat(tree.stop(LONG)).isTrue();

    await().atMost(LONG).until(() -> all.stream().noneMatch(ProcessTreeTest::runs));
  }

  @Test
  void stop_politeProcess_hasTheTimeToEndByItself() throws IOException, InterruptedException {
    start("trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done");

    assertThat(tree.stop(LONG)).isTrue();

    assertThat(shell.waitFor()).isEqualTo(7);
  }

  @Test
  void stop_deafProcess_isKilled() throws IOException, InterruptedException {
    start("trap '' TERM; echo ready; while :; do sleep 0.1; done");

    assertThat(tree.stop(Duration.ofMillis(300))).isTrue();

    assertThat(shell.waitFor()).isEqualTo(128 + 9);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void stop_processesThatLeftTheFamily_endToo() throws IOException {
    start("setsid sh -c 'sleep 600 & echo ready; exit' & wait");
    await().atMost(LONG).until(() -> !left().isEmpty() && shell.descendants().findAny().isEmpty());

    assertThat(tree.stop(LONG)).isTrue();

    assertThat(left()).isEmpty();
  }

  @Test
  void stop_interrupted_goesOnAndKeepsTheStatus() throws IOException {
    start("echo ready; sleep 600");
    Thread.currentThread().interrupt();

    boolean gone = tree.stop(LONG);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(gone).isTrue();
  }

  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && !ProcessTable.isZombie(process);
  }
}
