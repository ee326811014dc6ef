package io.coord.it.strangers;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Our mutex and that of etcd's Go client in one line. */
@EtcdTest
class MutexStrangersIT extends BesideStrangers {

  MutexStrangersIT(EtcdCluster cluster) {
    super(cluster);
  }

  private Mutex ours() {
    return Mutex.of(session, NAME);
  }

  @Test
  void lock_turnsOfBoth_followOneAnotherInOrderWithRisingTokens() throws Exception {
    try (Stranger first = stranger("mutex");
        Stranger last = stranger("mutex")) {
      first.ask("lock");
      CompletableFuture<LockHold> second = ours().lockAsync();
      awaitKeys(2);
      last.tell("lock");
      awaitKeys(3);
      CompletableFuture<LockHold> fourth = ours().lockAsync();
      awaitKeys(4);

      assertThat(second).isNotDone();
      first.ask("unlock");
      LockHold held = get(second);
      assertThat(last.isWaiting()).isTrue();
      held.close();
      last.answer();
      assertThat(fourth).isNotDone();
      last.ask("unlock");
      assertThat(get(fourth).fencingToken()).isGreaterThan(held.fencingToken());
    }
  }

  @Test
  void lock_goHolderKilled_isOursWhenItsLeaseIsOver() throws Exception {
    try (Stranger holder = stranger("mutex")) {
      holder.ask("lock");
      CompletableFuture<LockHold> waiting = ours().lockAsync();
      awaitKeys(2);
      holder.kill();

      assertThat(get(waiting).isHeld()).isTrue();
    }
  }

  @Test
  void lock_goWaiterBetweenTwoOfOursKilled_doesNotLetTheLastOneIn() throws Exception {
    LockHold holder = ours().lock();
    try (Stranger middle = stranger("mutex")) {
      middle.tell("lock");
      awaitKeys(2);
      CompletableFuture<LockHold> last = ours().lockAsync();
      awaitKeys(3);
      middle.kill();
      awaitKeys(2);

      assertThat(last).isNotDone();
      assertThat(holder.isHeld()).isTrue();
      holder.close();
      assertThat(get(last).isHeld()).isTrue();
    }
  }

  @Test
  void lock_ourWaiterBetweenTwoOfGosEnds_doesNotLetTheLastOneIn() throws Exception {
    try (Stranger holder = stranger("mutex");
        Stranger last = stranger("mutex")) {
      holder.ask("lock");
      Session middle = newSession();
      CompletableFuture<LockHold> ours = Mutex.of(middle, NAME).lockAsync();
      awaitKeys(2);
      last.tell("lock");
      awaitKeys(3);
      middle.close();
      awaitKeys(2);

      assertThat(ours).isCompletedExceptionally();
      assertThat(last.isWaiting()).isTrue();
      holder.ask("unlock");
      last.answer();
    }
  }

  @Test
  void lock_ourHoldersSessionEnds_isTheGoWaiters() throws Exception {
    Session other = newSession();
    Mutex.of(other, NAME).lock();
    try (Stranger waiter = stranger("mutex")) {
      waiter.tell("lock");
      awaitKeys(2);
      other.close();

      assertThat(waiter.answer()).startsWith(NAME + "/");
    }
  }
}
