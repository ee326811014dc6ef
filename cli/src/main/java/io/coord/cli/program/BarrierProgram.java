package io.coord.cli.program;

import io.coord.barriers.Barrier;
import io.coord.cli.shell.Action;
import io.coord.core.Coord;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Holds a barrier, releases it, and waits at it. */
public final class BarrierProgram implements Program {

  private final Barrier barrier;
  private final Background background;

  public BarrierProgram(Coord coord, String name, Consumer<String> out) {
    this.barrier = Barrier.of(coord, name);
    this.background = new Background(out);
  }

  @Override
  public List<Action> actions() {
    return List.of(
        new Action("hold", List.of(), "Holds the barrier, until it is released.", this::hold),
        new Action("release", List.of(), "Lets all go on that wait.", this::release),
        new Action("wait", List.of(), "Waits until it is not held.", this::await));
  }

  private CompletionStage<?> hold(List<String> arguments) {
    return background.begin(barrier.holdAsync(), "hold", "hold");
  }

  private CompletionStage<?> release(List<String> arguments) {
    return background.begin(barrier.releaseAsync(), "release", "released");
  }

  private CompletionStage<?> await(List<String> arguments) {
    return background.begin(barrier.awaitAsync(), "wait", "after wait");
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    background.awaitAll();
  }

  /** Ends the waits. What is held stays held. */
  @Override
  public void close() {
    background.giveUp();
  }
}
