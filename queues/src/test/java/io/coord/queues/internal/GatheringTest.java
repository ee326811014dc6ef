package io.coord.queues.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Timer;
import io.coord.queues.internal.Gathering.Gate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatheringTest {

  private static final int MOST = 100;

  /** A clock that stands still until it is moved, and then runs what is due. */
  private static final class HandClock implements Scheduler {

    private record Task(long at, Runnable action) {}

    private final List<Task> tasks = new ArrayList<>();
    private long now = 1_000;

    void advance(Duration time) {
      now += time.toNanos();
      List<Task> due = tasks.stream().filter(task -> task.at() <= now).toList();
      tasks.removeAll(due);
      due.forEach(task -> task.action().run());
    }

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public long randomLong() {
      return 1;
    }

    @Override
    public Instant timeOfDay() {
      return Instant.EPOCH;
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      tasks.add(new Task(now + delay.toNanos(), task));
      return () -> {};
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }
  }

  /** Callers wait at it, and leave as soon as they may. */
  private static final class Stage {

    private final Gate gate;
    private final List<Integer> left = new ArrayList<>();
    private int waiting;

    private Stage(Gathering gathering) {
      this.gate = gathering.gate(this::ask);
    }

    void come(int callers) {
      for (int i = 0; i < callers; i++) {
        waiting++;
        List<Runnable> due = gate.came();
        ask();
        due.forEach(Runnable::run);
      }
    }

    void answer(int callers) {
      List<Runnable> due = gate.ended(callers, callers);
      ask();
      due.forEach(Runnable::run);
    }

    /** They did not come one by one, so nobody was expected back. */
    void leave(int callers) {
      waiting = callers;
      ask();
    }

    private void ask() {
      if (waiting > 0 && gate.opens(waiting, MOST)) {
        gate.left(waiting);
        left.add(waiting);
        waiting = 0;
      }
    }
  }

  private final HandClock clock = new HandClock();

  private final Stage stage = new Stage(new Gathering(clock, 1));

  /** Two stages of one round, of which two groups may be under way. */
  private final Gathering shared = new Gathering(clock, 2);

  private final Stage put = new Stage(shared);
  private final Stage claim = new Stage(shared);

  @Test
  void opens_aloneAgainAndAgain_atOnce() {
    for (int i = 0; i < 5; i++) {
      stage.come(1);
      stage.answer(1);
    }

    assertThat(stage.left).containsExactly(1, 1, 1, 1, 1);
  }

  @Test
  void opens_answeredTogether_leaveTogetherAgain() {
    stage.come(1);
    stage.waiting = 8;
    stage.answer(1);
    stage.come(1);
    stage.answer(9);

    stage.come(8);
    assertThat(stage.left).containsExactly(1, 9);
    stage.come(1);

    assertThat(stage.left).containsExactly(1, 9, 9);
  }

  @Test
  void opens_oneDoesNotComeBack_theOthersLeaveWithoutIt() {
    stage.leave(9);
    stage.answer(9);
    stage.come(8);

    clock.advance(Gathering.BACK);

    assertThat(stage.left).containsExactly(9, 8);
  }

  @Test
  void opens_hardlyAnybodyComesBack_nobodyIsWaitedForNextTime() {
    stage.leave(9);
    stage.answer(9);
    stage.come(1);
    clock.advance(Gathering.BACK);
    stage.answer(1);

    stage.leave(9);
    stage.answer(9);
    stage.come(1);

    assertThat(stage.left).containsExactly(9, 1, 9, 1);
  }

  @Test
  void opens_asManyAsFitTogether_doNotWaitForMore() {
    stage.leave(MOST);
    stage.answer(MOST);

    stage.leave(MOST);

    assertThat(stage.left).containsExactly(MOST, MOST);
  }

  @Test
  void opens_backThroughAnotherGate_areTogetherThere() {
    put.leave(6);
    put.answer(6);

    claim.come(5);
    assertThat(claim.left).isEmpty();
    claim.come(1);

    assertThat(claim.left).containsExactly(6);
  }

  @Test
  void opens_lastOneComesBackThroughAnotherGate_thoseHeldLeave() {
    put.leave(6);
    put.answer(6);

    claim.come(5);
    put.come(1);

    assertThat(claim.left).containsExactly(5);
  }

  @Test
  void opens_fewBesideManyUnderWay_goWithTheNextGroup() {
    put.leave(8);

    claim.come(2);
    assertThat(claim.left).isEmpty();
    put.answer(8);
    claim.come(8);

    assertThat(claim.left).containsExactly(10);
  }

  @Test
  void opens_theManyAreNeverAnswered_fewAreHeldForAMomentOnly() {
    put.leave(8);
    claim.come(2);

    clock.advance(Gathering.BACK);
    clock.advance(Gathering.BACK);
    assertThat(claim.left).isEmpty();
    clock.advance(Gathering.BACK);

    assertThat(claim.left).containsExactly(2);
  }

  @Test
  void opens_manyCallers_shareIsEnough() {
    put.leave(60);
    put.answer(60);

    put.come(29);
    assertThat(put.left).containsExactly(60);
    put.come(31);

    assertThat(put.left).containsExactly(60, 30, 30);
  }

  @Test
  void opens_fewInAll_waitForAllOfThem() {
    put.leave(6);
    claim.leave(6);
    put.answer(6);

    put.come(5);
    assertThat(put.left).containsExactly(6);
    put.come(1);

    assertThat(put.left).containsExactly(6, 6);
  }

  @Test
  void ended_withoutAnAnswer_prolongsNoWait() {
    put.leave(6);
    claim.leave(3);
    put.answer(6);
    put.come(5);
    clock.advance(Gathering.BACK.minusNanos(1));
    List<Runnable> due = claim.gate.ended(3, 0);

    clock.advance(Duration.ofNanos(1));

    assertThat(due).isEmpty();
    assertThat(put.left).containsExactly(6, 5);
  }

  @Test
  void ended_callersWhoGotNothing_areNotExpectedBack() {
    stage.leave(4);
    List<Runnable> due = stage.gate.ended(4, 0);

    stage.come(1);

    assertThat(due).isEmpty();
    assertThat(stage.left).containsExactly(4, 1);
  }
}
