package io.coord.election.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.election.LeaderRunnerState;
import java.util.Optional;
import java.util.function.Consumer;

/*
 * Who may run the work, and who may interrupt it.
 *
 *      .------------------------- end: the work has ended --------------------------.
 *      v                                                                            |
 *   STANDING --begin: not told to stop, not closing--> LEADING --stop, close--> STOPPING
 *      |  ^                                               '--- end ---> STANDING
 *      |  '--> PAUSING
 *      '--close, also from PAUSING--> STOPPING --ended: no work runs--> CLOSED
 *
 * Invariants
 *  - The work runs between begin() and end() only, both called by the thread that runs it; so there
 *    is one copy of it at most.
 *  - Our interrupts hit nothing but the work: they are given under the lock, between begin and end.
 *    Both clear the flag under the same lock, so no flag, ours or a stranger's, leaks into a round
 *    or out of it.
 *  - A round that was told to stop never begins afterwards.
 *
 * Interleavings of a stop (a loss, noticed on any thread) with the runner's thread
 *  - before begin: begin refuses, and the work never starts.
 *  - after begin, before the first instruction of the work: the flag is set, and the work meets it at
 *    its first wait.
 *  - while the work returns: either before end, which clears the flag, or after, and then the round is
 *    no longer the current one and nothing happens.
 *  - a round later: likewise, a round is stopped by its own loss only.
 * A close is a stop of the current round and of all to come. From within the work it interrupts
 * nothing; one from another thread still can.
 */

/** Keeps the work and its interrupts together, and knows the state. Safe to share. */
final class RunnerControl {

  /** One leadership. */
  static final class Round {}

  private final Consumer<LeaderRunnerState> announcement;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private LeaderRunnerState state = LeaderRunnerState.STANDING;

  @GuardedBy("lock")
  private Optional<Round> current = Optional.empty();

  /** The thread that runs the work, while it does. */
  @GuardedBy("lock")
  private Optional<Thread> worker = Optional.empty();

  /** Whether the current round was told to stop. */
  @GuardedBy("lock")
  private boolean told;

  @GuardedBy("lock")
  private boolean closing;

  /**
   * @param announcement takes note of a new state, in order and under the lock: it must not call
   *     anybody
   */
  RunnerControl(Consumer<LeaderRunnerState> announcement) {
    this.announcement = announcement;
  }

  LeaderRunnerState state() {
    synchronized (lock) {
      return state;
    }
  }

  boolean isClosing() {
    synchronized (lock) {
      return closing;
    }
  }

  /** Whether the work runs. */
  boolean isWorking() {
    synchronized (lock) {
      return worker.isPresent();
    }
  }

  /** Whether this round's work runs. */
  boolean isWorking(Round round) {
    synchronized (lock) {
      return worker.isPresent() && isCurrent(round);
    }
  }

  boolean isWorkingHere() {
    synchronized (lock) {
      return worker.isPresent() && worker.get() == Thread.currentThread();
    }
  }

  /** A leadership has been won; its work has not begun. */
  Round next() {
    Round round = new Round();
    synchronized (lock) {
      current = Optional.of(round);
      told = false;
    }
    return round;
  }

  /** Called right before the work; false when it must not run. */
  boolean begin(Round round) {
    synchronized (lock) {
      if (told || closing || !isCurrent(round)) {
        return false;
      }
      boolean unused = Thread.interrupted();
      worker = Optional.of(Thread.currentThread());
      become(LeaderRunnerState.LEADING);
      return true;
    }
  }

  /** Called right after the work; tells whether it had been told to stop. */
  boolean end() {
    synchronized (lock) {
      worker = Optional.empty();
      current = Optional.empty();
      boolean unused = Thread.interrupted();
      become(closing ? LeaderRunnerState.STOPPING : LeaderRunnerState.STANDING);
      return told;
    }
  }

  /** The leadership of this round is lost. */
  void stop(Round round) {
    synchronized (lock) {
      if (isCurrent(round)) {
        tell();
      }
    }
  }

  /** Nothing begins any more. */
  void close() {
    synchronized (lock) {
      if (state == LeaderRunnerState.CLOSED) {
        return;
      }
      closing = true;
      if (worker.isEmpty()) {
        become(LeaderRunnerState.STOPPING);
      } else if (worker.get() != Thread.currentThread()) {
        tell();
      }
    }
  }

  void pausing() {
    synchronized (lock) {
      if (!closing) {
        become(LeaderRunnerState.PAUSING);
      }
    }
  }

  void standing() {
    synchronized (lock) {
      if (!closing) {
        become(LeaderRunnerState.STANDING);
      }
    }
  }

  void ended() {
    synchronized (lock) {
      become(LeaderRunnerState.CLOSED);
    }
  }

  @GuardedBy("lock")
  private boolean isCurrent(Round round) {
    return current.isPresent() && current.get() == round;
  }

  @GuardedBy("lock")
  private void tell() {
    told = true;
    if (worker.isPresent()) {
      worker.get().interrupt();
      become(LeaderRunnerState.STOPPING);
    }
  }

  @GuardedBy("lock")
  private void become(LeaderRunnerState next) {
    if (state != next) {
      state = next;
      announcement.accept(next);
    }
  }
}
