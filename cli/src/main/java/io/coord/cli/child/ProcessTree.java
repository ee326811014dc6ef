package io.coord.cli.child;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A command and all that came of it: its descendants, and on Linux also those that left its family,
 * known by a variable of their environment that no other process has.
 */
final class ProcessTree {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final Duration FORCE = Duration.ofSeconds(5);

  private final ProcessHandle root;
  private final String variable;
  private final String end;
  private final Set<ProcessHandle> seen = new HashSet<>();
  private boolean interrupted;

  /**
   * Knows a command that was started.
   *
   * @param variable the name of the variable that tells its processes from others
   * @param end what the variable's value ends with
   */
  ProcessTree(ProcessHandle root, String variable, String end) {
    this.root = root;
    this.variable = variable;
    this.end = end;
  }

  /**
   * Asks all of them to end, those too that appear meanwhile, and kills what is left after a time.
   * Not interruptible; keeps the interrupt status.
   *
   * @return true when none is left
   */
  boolean stop(Duration grace) {
    try {
      return signalUntilGone(ProcessHandle::destroy, Repeat.NEVER, grace)
          || signalUntilGone(ProcessHandle::destroyForcibly, Repeat.AT_EACH_LOOK, FORCE);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether one who was told once is told again. */
  private enum Repeat {
    NEVER,
    AT_EACH_LOOK
  }

  private boolean signalUntilGone(Predicate<ProcessHandle> signal, Repeat repeat, Duration limit) {
    long begin = System.nanoTime();
    Set<ProcessHandle> told = new HashSet<>();
    Set<ProcessHandle> left = look();
    while (!left.isEmpty() && System.nanoTime() - begin < limit.toNanos()) {
      for (ProcessHandle process : left) {
        if (told.add(process) || repeat == Repeat.AT_EACH_LOOK) {
          boolean unused = signal.test(process);
        }
      }
      pause(left);
      left = look();
    }
    return left.isEmpty();
  }

  private Set<ProcessHandle> look() {
    Stream.of(Stream.of(root), root.descendants(), ProcessTable.withVariable(variable, end))
        .flatMap(processes -> processes)
        .forEach(seen::add);
    seen.removeIf(process -> !process.isAlive() || ProcessTable.isZombie(process));
    return Set.copyOf(seen);
  }

  private void pause(Set<ProcessHandle> left) {
    CompletableFuture<?>[] ends =
        left.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    try {
      Object unused =
          CompletableFuture.allOf(ends).get(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The next look tells.
    } catch (InterruptedException e) {
      interrupted = true;
    }
  }
}
