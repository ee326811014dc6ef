package io.coord.cli.program;

import io.coord.cli.shell.Action;
import io.coord.core.Coord;
import io.coord.locks.LockHold;
import io.coord.locks.RWMutex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Acquires the sides of a read-write mutex, holds each for a while, and releases it. Several turns
 * may be under way; each stands in line for itself.
 */
public final class RwMutexProgram implements Program {

  private final LivingSession session;
  private final String name;
  private final RandomTime time;
  private final Consumer<String> out;

  // On the command's thread only.
  private final List<LockTurn> turns = new ArrayList<>();

  public RwMutexProgram(
      Coord coord, Duration ttl, String name, RandomTime time, Consumer<String> out) {
    this.session = new LivingSession(coord, ttl);
    this.name = name;
    this.time = time;
    this.out = out;
  }

  @Override
  public List<Action> actions() {
    return List.of(
        new Action("r", List.of(), "Acquires the read lock, and holds it for a while.", this::read),
        new Action("w", List.of(), "Acquires the write lock, likewise.", this::write),
        new Action("release", List.of(), "Releases what is held, or ends a wait.", this::release));
  }

  private CompletionStage<?> read(List<String> arguments) throws InterruptedException {
    return begin("read lock", mutex -> mutex.readLock().lockAsync());
  }

  private CompletionStage<?> write(List<String> arguments) throws InterruptedException {
    return begin("write lock", mutex -> mutex.writeLock().lockAsync());
  }

  private CompletionStage<?> begin(
      String what, Function<RWMutex, CompletableFuture<? extends LockHold>> acquisition)
      throws InterruptedException {
    RWMutex mutex = RWMutex.of(session.get(), name);
    out.accept("acquiring " + what);
    LockTurn turn = new LockTurn(what, acquisition.apply(mutex), time.nextNanos(), out);
    turns.add(turn);
    return turn.acquired();
  }

  /** What was acquired first is released first; what waits is given up when nothing is held. */
  private CompletionStage<?> release(List<String> arguments) {
    turns.removeIf(turn -> turn.done().isDone());
    LockTurn first =
        turns.stream()
            .filter(LockTurn::isHeld)
            .findFirst()
            .or(() -> turns.stream().findFirst())
            .orElseThrow(
                () -> new IllegalStateException("nothing is held; expected r or w before"));
    return first.end();
  }

  /** Waits until every turn is over. */
  @Override
  public void awaitEnd() throws InterruptedException {
    for (LockTurn turn : turns) {
      try {
        turn.done().get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a turn's end never fails", e);
      }
    }
  }

  /** Gives up what there is: nothing of it remains in etcd. */
  @Override
  public void close() {
    CompletableFuture.allOf(turns.stream().map(LockTurn::end).toArray(CompletableFuture<?>[]::new))
        .join();
    session.close();
  }
}
