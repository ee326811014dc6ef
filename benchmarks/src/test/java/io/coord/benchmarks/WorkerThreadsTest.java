package io.coord.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class WorkerThreadsTest {

  @Test
  void of_platform_runsTheTaskOnAThreadOfThatName() throws Exception {
    assertThat(runsOn(WorkerThreads.of("platform"))).isEqualTo("worker");
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void of_virtual_runsTheTaskOnAVirtualThread() throws Exception {
    WorkerThreads virtual = WorkerThreads.of("virtual");
    CompletableFuture<String> described = new CompletableFuture<>();
    virtual.requireHere();

    virtual.start("worker", () -> described.complete(Thread.currentThread().toString())).join();

    assertThat(described.get(10, TimeUnit.SECONDS)).startsWith("VirtualThread[");
  }

  @Test
  @EnabledForJreRange(max = JRE.JAVA_20)
  void options_virtualOnAJavaWithout_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchOptions.defaults().with(WorkerThreads.VIRTUAL))
        .withMessageStartingWith("--threads is virtual, and this is Java 1")
        .withMessageEndingWith("expected Java 21 or newer, which JAVA_HOME may name");
  }

  @Test
  void of_another_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WorkerThreads.of("green"))
        .withMessage("--threads is 'green'; expected platform or virtual");
  }

  private static String runsOn(WorkerThreads kind) throws Exception {
    CompletableFuture<String> name = new CompletableFuture<>();
    Thread thread = kind.start("worker", () -> name.complete(Thread.currentThread().getName()));
    thread.join();
    return name.get(10, TimeUnit.SECONDS);
  }
}
