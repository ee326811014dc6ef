package io.coord.testkit.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class WatchdogTest {

  @TempDir Path folder;

  @Test
  void close_registeredProcess_isKilledAndFolderRemoved() throws IOException, InterruptedException {
    Path data = Files.createDirectories(folder.resolve("the data/m0"));
    Process sleeper = new ProcessBuilder("sleep", "600").start();
    Watchdog watchdog = Watchdog.startIfPossible().orElseThrow();
    watchdog.process(sleeper);
    watchdog.folder(data.getParent());

    watchdog.close();

    assertThat(sleeper.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(sleeper.exitValue()).isEqualTo(128 + 9);
    assertThat(data.getParent()).doesNotExist();
  }

  @Test
  void close_processThatEnded_isNotKilledAgain() throws IOException, InterruptedException {
    Process ended = new ProcessBuilder("true").start();
    Process other = new ProcessBuilder("sleep", "600").start();
    try {
      Watchdog watchdog = Watchdog.startIfPossible().orElseThrow();
      watchdog.process(ended);
      assertThat(ended.waitFor(20, TimeUnit.SECONDS)).isTrue();

      watchdog.close();

      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }
}
