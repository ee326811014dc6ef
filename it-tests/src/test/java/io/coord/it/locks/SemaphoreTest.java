package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.GuardFailedException;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.internal.store.KeyRange;
import io.coord.locks.LockQueue;
import io.coord.locks.MaximumMismatchException;
import io.coord.locks.PermitHold;
import io.coord.locks.Semaphore;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The semaphore on the simulated store. */
class SemaphoreTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");

  private Semaphore semaphore(Coord coord, int maximum) {
    Session session = etcd.await(coord.openSessionAsync(TTL));
    return Semaphore.of(session, "downloads", maximum);
  }

  private PermitHold held(Semaphore semaphore, int permits) {
    return etcd.await(semaphore.acquireAsync(permits));
  }

  private CompletableFuture<PermitHold> waiting(Semaphore semaphore, int permits) {
    CompletableFuture<PermitHold> waiter = semaphore.acquireAsync(permits);
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  private void release(PermitHold hold) {
    assertThat(etcd.await(hold.releaseAsync())).isEqualTo(Release.RELEASED);
    etcd.runFor(A_MOMENT);
  }

  private List<String> keys(String below) {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("downloads/" + below))).stream()
        .map(kv -> kv.key().utf8())
        .toList();
  }

  @Test
  void acquire_untilTheMaximum_isGrantedToAllClientsTogether() {
    Semaphore near = semaphore(a, 5);
    Semaphore far = semaphore(b, 5);
    PermitHold two = held(near, 2);
    PermitHold three = held(far, 3);

    assertThat(two.permits()).isEqualTo(2);
    assertThat(three.isHeld()).isTrue();
    CompletableFuture<PermitHold> next = waiting(near, 1);
    release(three);
    assertThat(next).isCompleted();
    assertThat(next.join().fencingToken()).isGreaterThan(three.fencingToken());
  }

  @Test
  void acquire_theFirstAsksForTheMaximumTheNextTakesOneCommit() {
    Semaphore semaphore = semaphore(a, 5);
    long before = etcd.revision();
    held(semaphore, 1);
    assertThat(etcd.revision()).isEqualTo(before + 2);
    held(semaphore, 1);

    assertThat(etcd.revision()).isEqualTo(before + 3);
    assertThat(keys("limit/")).containsExactly("downloads/limit/5");
    assertThat(keys("holder/1/")).hasSize(2);
  }

  @Test
  void acquire_smallRequestBehindAGreatOne_doesNotOvertake() {
    Semaphore near = semaphore(a, 3);
    Semaphore far = semaphore(b, 3);
    PermitHold first = held(near, 2);
    CompletableFuture<PermitHold> great = waiting(far, 3);
    CompletableFuture<PermitHold> small = waiting(near, 1);
    release(first);

    assertThat(great).isCompleted();
    assertThat(small).isNotDone();
    release(great.join());
    assertThat(small).isCompleted();
  }

  @Test
  void acquire_moreThanTheMaximum_isRefusedAtOnce() {
    Semaphore semaphore = semaphore(a, 3);

    assertThatThrownBy(() -> etcd.await(semaphore.acquireAsync(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 permits")
        .hasMessageContaining("maximum is 3");
    assertThat(keys("holder/")).isEmpty();
  }

  @Test
  void acquire_moreThanTheMaximumThatIsKnown_isRefusedAtOnce() {
    Semaphore semaphore = semaphore(a, 3);
    held(semaphore, 1);

    assertThatThrownBy(() -> etcd.await(semaphore.acquireAsync(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maximum is 3");
  }

  @Test
  void acquire_moreInAllThanAnIntegerHolds_waits() {
    Semaphore semaphore = semaphore(a, Integer.MAX_VALUE);
    PermitHold all = held(semaphore, Integer.MAX_VALUE);
    CompletableFuture<PermitHold> next = waiting(semaphore, 1);
    release(all);

    assertThat(next).isCompleted();
  }

  @Test
  void acquire_clientsThatDisagreeComeTogetherBesideAStrangersKey_agreeOnOneMaximum() {
    etcd.await(b.transaction().put("downloads/limit/none", "").commitAsync());
    Semaphore near = semaphore(a, 3);
    Semaphore far = semaphore(b, 5);
    CompletableFuture<PermitHold> one = near.acquireAsync(3);
    CompletableFuture<PermitHold> other = far.acquireAsync(5);
    etcd.await(() -> one.isDone() && other.isDone());

    assertThat(one.isCompletedExceptionally()).isNotEqualTo(other.isCompletedExceptionally());
    assertThat(keys("limit/")).hasSize(2).contains("downloads/limit/none");
  }

  @Test
  void acquire_lessThanOne_isRefused() {
    Semaphore semaphore = semaphore(a, 3);

    assertThatThrownBy(() -> semaphore.acquireAsync(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("number of permits is 0");
    assertThat(keys("")).isEmpty();
  }

  @Test
  void of_maximumOfZeroOrEmptyName_isRefused() {
    Session session = etcd.await(a.openSessionAsync(TTL));

    assertThatThrownBy(() -> Semaphore.of(session, "downloads", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maximum is 0");
    assertThatThrownBy(() -> Semaphore.of(session, "", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name of the semaphore is empty");
  }

  @Test
  void acquire_clientsThatDisagreeOnTheMaximum_getAnErrorNamingBoth() {
    held(semaphore(a, 5), 1);

    assertThatThrownBy(() -> etcd.await(semaphore(b, 7).acquireAsync(1)))
        .isInstanceOf(MaximumMismatchException.class)
        .hasMessageContaining("is 5 in etcd")
        .hasMessageContaining("7 was given");
    assertThat(keys("holder/")).hasSize(1);
    assertThat(keys("limit/")).containsExactly("downloads/limit/5");
  }

  @Test
  void raiseMaximum_wakesTheWaitersThatNowFit() {
    Semaphore near = semaphore(a, 2);
    Semaphore far = semaphore(b, 2);
    held(near, 2);
    CompletableFuture<PermitHold> first = waiting(near, 1);
    CompletableFuture<PermitHold> second = waiting(far, 1);
    CompletableFuture<PermitHold> third = waiting(far, 1);
    etcd.await(far.raiseMaximumAsync(4));
    etcd.runFor(A_MOMENT);

    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(third).isNotDone();
    assertThat(keys("limit/")).containsExactly("downloads/limit/4");
    assertThat(etcd.await(near.maximumAsync())).isEqualTo(OptionalInt.of(4));
  }

  @Test
  void raiseMaximum_clientAtWork_acquiresMoreThanItWasGivenAndANewOneMustBringTheNewNumber() {
    Semaphore atWork = semaphore(a, 2);
    release(held(atWork, 1));
    etcd.await(semaphore(b, 2).raiseMaximumAsync(4));

    assertThat(held(atWork, 4).isHeld()).isTrue();
    assertThatThrownBy(() -> etcd.await(semaphore(b, 2).acquireAsync(1)))
        .isInstanceOf(MaximumMismatchException.class);
    waiting(semaphore(b, 4), 1);
  }

  @Test
  void raiseMaximum_twiceToTheSame_changesNothing_toLess_isRefused() {
    Semaphore semaphore = semaphore(a, 2);
    held(semaphore, 1);
    etcd.await(semaphore.raiseMaximumAsync(4));
    long before = etcd.revision();

    assertThat(etcd.await(semaphore.raiseMaximumAsync(4))).isEqualTo(4);
    assertThat(etcd.revision()).isEqualTo(before);
    assertThatThrownBy(() -> etcd.await(semaphore.raiseMaximumAsync(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is 4 already")
        .hasMessageContaining("got 3");
  }

  @Test
  void raiseMaximum_byTwoAtOnce_endsAtTheGreater() {
    Semaphore near = semaphore(a, 2);
    Semaphore far = semaphore(b, 2);
    held(near, 1);
    CompletableFuture<Integer> one = near.raiseMaximumAsync(4);
    CompletableFuture<Integer> other = far.raiseMaximumAsync(6);
    etcd.await(() -> one.isDone() && other.isDone());

    assertThat(keys("limit/")).containsExactly("downloads/limit/6");
  }

  @Test
  void tryAcquireAsync_negativeTimeout_isRefusedAndWritesNothing() {
    Semaphore semaphore = semaphore(a, 3);

    assertThatThrownBy(() -> semaphore.tryAcquireAsync(1, Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    etcd.runFor(A_MOMENT);
    assertThat(keys("")).isEmpty();
  }

  @Test
  void tryAcquireAsync_notEnough_givesNothingAndLeavesNoKey() {
    Semaphore near = semaphore(a, 2);
    Semaphore far = semaphore(b, 2);
    held(near, 1);

    assertThat(etcd.await(far.tryAcquireAsync(2))).isEmpty();
    assertThat(etcd.await(far.tryAcquireAsync(2, A_MOMENT))).isEmpty();
    assertThat(etcd.await(far.tryAcquireAsync(1))).isPresent();
    assertThat(keys("holder/")).hasSize(2);
  }

  @Test
  void acquireAsync_cancelled_leavesNoKeyWhereverItStands() {
    Semaphore near = semaphore(a, 2);
    semaphore(b, 2).acquireAsync(1).cancel(true);
    etcd.runFor(A_MOMENT);
    held(near, 2);
    CompletableFuture<PermitHold> waiter = waiting(near, 1);
    waiter.cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(keys("holder/")).hasSize(1);
  }

  @Test
  void acquire_namesThatBeginAlikeOrAreNotAscii_doNotMix() {
    Session session = etcd.await(a.openSessionAsync(TTL));
    for (String name : List.of("a", "ab", "a/b", "/a/", "läßt")) {
      assertThat(etcd.await(Semaphore.of(session, name, 1).tryAcquireAsync(1)))
          .as(name)
          .isPresent();
    }
  }

  @Test
  void guard_afterRelease_isRefused() {
    PermitHold hold = held(semaphore(a, 2), 1);
    etcd.await(a.transaction().require(hold.guard()).put("row", "held").commitAsync());
    release(hold);

    assertThatThrownBy(
            () ->
                etcd.await(a.transaction().require(hold.guard()).put("row", "late").commitAsync()))
        .isInstanceOf(GuardFailedException.class);
  }

  @Test
  void queue_tellsHoldersFromWaiters() {
    Semaphore near = semaphore(a, 3);
    PermitHold hold = held(near, 2);
    waiting(near, 2);
    LockQueue queue = etcd.await(near.queueAsync());

    assertThat(queue.holders()).extracting(c -> c.key()).containsExactly(hold.key());
    assertThat(queue.waiters()).hasSize(1);
  }
}
