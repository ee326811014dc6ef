package io.coord.election.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.election.LeaderRunner;
import io.coord.election.LeaderRunnerListener;
import io.coord.election.LeaderRunnerState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The executor is a queue, which the test empties. */
class RunnerListenersTest {

  /** A runner that stands for ever. */
  private static final class Standing implements LeaderRunner {
    @Override
    public String name() {
      return "scheduler";
    }

    @Override
    public LeaderRunnerState state() {
      return LeaderRunnerState.STANDING;
    }

    @Override
    public void addListener(LeaderRunnerListener listener) {}

    @Override
    public void removeListener(LeaderRunnerListener listener) {}

    @Override
    public CompletionStage<Void> ended() {
      return new CompletableFuture<>();
    }

    @Override
    public void close() {}

    @Override
    public CompletableFuture<Void> closeAsync() {
      return new CompletableFuture<>();
    }
  }

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<LeaderRunnerState> heard = new ArrayList<>();
  private final RunnerListeners listeners =
      new RunnerListeners(new Standing(), "scheduler", tasks::add);

  private void tell(LeaderRunnerState... states) {
    for (LeaderRunnerState state : states) {
      listeners.note(state);
    }
    listeners.tell();
  }

  private void runAll() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  @Test
  void tell_listenerThrowsAnError_othersAreToldThisStateAndTheNext() {
    listeners.add(
        (runner, state) -> {
          throw new AssertionError("the listener's own trouble");
        });
    listeners.add((runner, state) -> heard.add(state));
    tell(LeaderRunnerState.LEADING, LeaderRunnerState.STOPPING);
    for (int errors = 0; errors < 2; errors++) {
      assertThatThrownBy(this::runAll).isInstanceOf(AssertionError.class);
    }
    runAll();

    assertThat(heard).containsExactly(LeaderRunnerState.LEADING, LeaderRunnerState.STOPPING);
  }

  @Test
  void tell_listenerThrowsAnException_othersAreToldThisStateAndTheNext() {
    listeners.add(
        (runner, state) -> {
          throw new IllegalStateException("the listener's own trouble");
        });
    listeners.add((runner, state) -> heard.add(state));
    tell(LeaderRunnerState.LEADING, LeaderRunnerState.STOPPING);
    runAll();

    assertThat(heard).containsExactly(LeaderRunnerState.LEADING, LeaderRunnerState.STOPPING);
  }

  @Test
  void remove_byAListenerThatIsBeingTold_isToldNoMore() {
    LeaderRunnerListener once =
        new LeaderRunnerListener() {
          @Override
          public void stateChanged(LeaderRunner runner, LeaderRunnerState state) {
            heard.add(state);
            listeners.remove(this);
          }
        };
    listeners.add(once);
    tell(LeaderRunnerState.LEADING, LeaderRunnerState.STOPPING);
    runAll();

    assertThat(heard).containsExactly(LeaderRunnerState.LEADING);
  }

  @Test
  void remove_whileAnotherListenerIsTold_isNotToldThatStateEither() {
    LeaderRunnerListener removed = (runner, state) -> heard.add(state);
    listeners.add((runner, state) -> listeners.remove(removed));
    listeners.add(removed);
    tell(LeaderRunnerState.LEADING);
    runAll();

    assertThat(heard).isEmpty();
  }
}
