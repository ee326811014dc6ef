package io.coord.election.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.election.LeaderRunnerState;
import io.coord.election.internal.RunnerControl.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The test's own thread is the one that runs the work. */
class RunnerControlTest {

  private static final int RACES = 20_000;

  private final List<LeaderRunnerState> states = new ArrayList<>();
  private final RunnerControl control = new RunnerControl(states::add);

  @AfterEach
  void leavesNoFlag() {
    assertThat(Thread.interrupted()).isFalse();
  }

  /** Runs it on another thread, and tells whether this one was interrupted by it. */
  private static boolean interruptedBy(Runnable task) {
    Thread worker = Thread.currentThread();
    AtomicReference<Boolean> seen = new AtomicReference<>();
    Thread other =
        new Thread(
            () -> {
              task.run();
              seen.set(worker.isInterrupted());
            },
            "somebody-else");
    other.start();
    while (seen.get() == null) {
      Thread.onSpinWait();
    }
    return seen.get();
  }

  @Test
  void begin_notToldAnything_leads() {
    Round round = control.next();

    assertThat(control.begin(round)).isTrue();
    assertThat(control.isWorking(round)).isTrue();
    assertThat(control.isWorkingHere()).isTrue();
    assertThat(control.end()).isFalse();
    assertThat(control.isWorking()).isFalse();
    assertThat(states).containsExactly(LeaderRunnerState.LEADING, LeaderRunnerState.STANDING);
  }

  @Test
  void begin_stoppedBefore_refuses() {
    Round round = control.next();
    control.stop(round);

    assertThat(control.begin(round)).isFalse();
    assertThat(states).isEmpty();
  }

  @Test
  void begin_closedBefore_refuses() {
    Round round = control.next();
    control.close();

    assertThat(control.begin(round)).isFalse();
    assertThat(control.isClosing()).isTrue();
  }

  @Test
  void begin_ofAnEarlierRound_refuses() {
    Round earlier = control.next();
    control.next();

    assertThat(control.begin(earlier)).isFalse();
  }

  @Test
  void begin_strangersFlagIsSet_doesNotReachTheWork() {
    Round round = control.next();
    Thread.currentThread().interrupt();

    assertThat(control.begin(round)).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void stop_whileTheWorkRuns_interruptsIt() {
    Round round = control.next();
    control.begin(round);

    assertThat(interruptedBy(() -> control.stop(round))).isTrue();
    assertThat(control.state()).isEqualTo(LeaderRunnerState.STOPPING);
    assertThat(control.end()).isTrue();
  }

  @Test
  void end_workIgnoredTheFlag_clearsIt() {
    Round round = control.next();
    control.begin(round);
    interruptedBy(() -> control.stop(round));
    control.end();

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void end_workLeftAFlagOfItsOwn_clearsItAndWasNotTold() {
    Round round = control.next();
    control.begin(round);
    Thread.currentThread().interrupt();

    assertThat(control.end()).isFalse();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void stop_afterTheWork_interruptsNothing() {
    Round round = control.next();
    control.begin(round);
    control.end();

    assertThat(interruptedBy(() -> control.stop(round))).isFalse();
    assertThat(control.state()).isEqualTo(LeaderRunnerState.STANDING);
  }

  @Test
  void stop_ofAnEarlierRoundDuringTheNext_interruptsNothing() {
    Round earlier = control.next();
    control.begin(earlier);
    control.end();
    Round later = control.next();
    control.begin(later);

    assertThat(interruptedBy(() -> control.stop(earlier))).isFalse();
    assertThat(control.end()).isFalse();
  }

  @Test
  void close_whileTheWorkRuns_interruptsIt() {
    control.begin(control.next());

    assertThat(interruptedBy(control::close)).isTrue();
    assertThat(control.end()).isTrue();
  }

  @Test
  void close_fromWithinTheWork_interruptsNothingButOneFromElsewhereDoes() {
    control.begin(control.next());
    control.close();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(control.state()).isEqualTo(LeaderRunnerState.LEADING);

    assertThat(interruptedBy(control::close)).isTrue();
    assertThat(control.end()).isTrue();
  }

  @Test
  void states_aWholeLife_areNotedOnceAndInOrder() {
    Round round = control.next();
    control.begin(round);
    interruptedBy(() -> control.stop(round));
    control.end();
    control.pausing();
    control.standing();
    control.begin(control.next());
    interruptedBy(control::close);
    control.end();
    control.standing();
    control.ended();
    control.close();

    assertThat(states)
        .containsExactly(
            LeaderRunnerState.LEADING,
            LeaderRunnerState.STOPPING,
            LeaderRunnerState.STANDING,
            LeaderRunnerState.PAUSING,
            LeaderRunnerState.STANDING,
            LeaderRunnerState.LEADING,
            LeaderRunnerState.STOPPING,
            LeaderRunnerState.CLOSED);
  }

  @Test
  void close_whileStanding_stopsAndNeverStandsAgain() {
    control.close();
    control.standing();
    control.pausing();
    control.ended();

    assertThat(states).containsExactly(LeaderRunnerState.STOPPING, LeaderRunnerState.CLOSED);
  }

  /** Stops come at any moment of a round; none may be felt outside of the work. */
  @Test
  void stop_racingWithBeginAndEnd_neverLeavesTheWork() throws InterruptedException {
    AtomicReference<Round> current = new AtomicReference<>(control.next());
    Thread stopper =
        new Thread(
            () -> {
              while (!control.isClosing()) {
                control.stop(current.get());
              }
            },
            "stopper");
    stopper.start();
    int felt = 0;
    for (int i = 0; i < RACES; i++) {
      Round round = control.next();
      assertThat(Thread.currentThread().isInterrupted()).as("before the work").isFalse();
      current.set(round);
      if (control.begin(round)) {
        for (int spin = 0; spin < i % 500 && !Thread.currentThread().isInterrupted(); spin++) {
          Thread.onSpinWait();
        }
        boolean told = control.end();
        felt += told ? 1 : 0;
      }
      assertThat(Thread.currentThread().isInterrupted()).as("after the work").isFalse();
    }
    control.close();
    stopper.join();

    assertThat(felt).as("rounds in which the work was told to stop").isPositive();
  }
}
