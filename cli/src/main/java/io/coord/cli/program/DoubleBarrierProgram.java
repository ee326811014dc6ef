package io.coord.cli.program;

import io.coord.barriers.DoubleBarrier;
import io.coord.cli.shell.Action;
import io.coord.core.Coord;
import io.coord.core.Session;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Enters a double barrier and leaves it. What is told while it waits comes after that. */
public final class DoubleBarrierProgram implements Program {

  /** Somebody who may enter, for as long as its session lives. */
  private record Member(Session session, DoubleBarrier barrier) {}

  private final LivingSession session;
  private final String name;
  private final int count;
  private final Background background;

  // On the command's thread only.
  private Optional<Member> member = Optional.empty();
  private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

  public DoubleBarrierProgram(
      Coord coord, Duration ttl, String name, int count, Consumer<String> out) {
    this.session = new LivingSession(coord, ttl);
    this.name = name;
    this.count = count;
    this.background = new Background(out);
  }

  @Override
  public List<Action> actions() {
    return List.of(
        new Action("enter", List.of(), "Waits until " + count + " have entered.", this::enter),
        new Action("leave", List.of(), "Waits until all of them have left.", this::leave));
  }

  private CompletionStage<?> enter(List<String> arguments) throws InterruptedException {
    return after(member(), DoubleBarrier::enterAsync, "enter");
  }

  private CompletionStage<?> leave(List<String> arguments) throws InterruptedException {
    return after(member(), DoubleBarrier::leaveAsync, "leave");
  }

  /** Another session is another member: the one before is gone with its own. */
  private DoubleBarrier member() throws InterruptedException {
    Session living = session.get();
    if (member.isEmpty() || member.get().session() != living) {
      member = Optional.of(new Member(living, DoubleBarrier.of(living, name, count)));
    }
    return member.get().barrier();
  }

  private CompletionStage<?> after(
      DoubleBarrier barrier, Function<DoubleBarrier, CompletableFuture<Void>> step, String name) {
    last =
        last.handle((result, failure) -> "over")
            .thenCompose(over -> background.begin(step.apply(barrier), name, name));
    return last;
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    try {
      Object unused = last.handle((result, failure) -> "over").get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a failure has been dealt with", e);
    }
  }

  /** Gives up what it waits for, and is gone: no key remains. */
  @Override
  public void close() {
    background.giveUp();
    session.close();
  }
}
