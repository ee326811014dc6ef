package io.coord.testkit.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalEtcdctlTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** As {@code etcdctl lock} does with the command that it is given. */
  private static final String RUNS_A_COMMAND = "sh -c 'echo pid=$$; sleep 600; sleep 600' & wait";

  @Test
  void close_runsACommand_endsThatToo() throws IOException {
    Process shell = new ProcessBuilder("/bin/sh", "-c", RUNS_A_COMMAND).start();
    LocalEtcdctl etcdctl = new LocalEtcdctl("lock", shell);
    String line = etcdctl.awaitLine(printed -> printed.startsWith("pid="), LIMIT);
    ProcessHandle command =
        ProcessHandle.of(Long.parseLong(line.substring("pid=".length()))).orElseThrow();
    assertThat(command.isAlive()).isTrue();

    etcdctl.close();

    await().atMost(LIMIT).until(() -> !command.isAlive());
    assertThat(shell.isAlive()).isFalse();
  }
}
