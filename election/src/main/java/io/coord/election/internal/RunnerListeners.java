package io.coord.election.internal;

import io.coord.core.internal.SerialExecutor;
import io.coord.election.LeaderRunner;
import io.coord.election.LeaderRunnerListener;
import io.coord.election.LeaderRunnerState;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listeners of a runner about its states: each once, in order, on the callback executor.
 * A state is noted under the runner's lock, and told later, under none. Safe to share.
 */
final class RunnerListeners {

  private static final Logger log = LoggerFactory.getLogger(RunnerListeners.class);

  private final LeaderRunner runner;
  private final String label;
  private final SerialExecutor callbacks;
  private final List<LeaderRunnerListener> listeners = new CopyOnWriteArrayList<>();
  private final Queue<LeaderRunnerState> untold = new ConcurrentLinkedQueue<>();

  RunnerListeners(LeaderRunner runner, String label, Executor callbacks) {
    this.runner = runner;
    this.label = label;
    this.callbacks = new SerialExecutor(callbacks, "leader runner " + label);
  }

  void add(LeaderRunnerListener listener) {
    listeners.add(listener);
  }

  void remove(LeaderRunnerListener listener) {
    listeners.remove(listener);
  }

  /** Takes note of a state; calls nobody. */
  void note(LeaderRunnerState state) {
    untold.add(state);
  }

  /** Has everything told that was noted. */
  void tell() {
    if (!untold.isEmpty()) {
      callbacks.execute(this::tellNext);
    }
  }

  /** Each listener in a task of its own: what one of them throws is no other's concern. */
  private void tellNext() {
    Optional<LeaderRunnerState> next = Optional.ofNullable(untold.poll());
    next.ifPresent(
        state -> {
          for (LeaderRunnerListener listener : listeners) {
            callbacks.execute(() -> tell(listener, state));
          }
          callbacks.execute(this::tellNext);
        });
  }

  /** Whoever was removed while its task waited is told no more. */
  private void tell(LeaderRunnerListener listener, LeaderRunnerState state) {
    if (!listeners.contains(listener)) {
      return;
    }
    try {
      listener.stateChanged(runner, state);
    } catch (RuntimeException e) {
      log.error("leader runner {}: a listener failed on {}", label, state, e);
    }
  }
}
