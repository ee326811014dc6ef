package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Guard;
import io.coord.core.GuardFailedException;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.it.torture.simulated.model.BlockingBodies;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.TransactionBody;
import io.coord.stm.UnknownOutcome;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transactions that depend on a lock which is held. */
class StmGuardTest {

  private final SimulatedEtcd etcd = SimulatedEtcd.of(11);
  private final BlockingBodies bodies = new BlockingBodies();
  private final Coord coord = bodies.connect(etcd, "stm");
  private final Store stranger = etcd.client("stranger");
  private final AtomicInteger attempts = new AtomicInteger();

  @AfterEach
  void endBodies() {
    bodies.close();
  }

  private LockHold lock() {
    Coord holder = etcd.coord("holder");
    return etcd.await(
        Mutex.of(etcd.await(holder.openSessionAsync(Duration.ofSeconds(10))), "lock").lockAsync());
  }

  private <R> StmResult<R> run(TransactionBody<R, ? extends Exception> body) {
    return etcd.await(Stm.runAsync(coord, body));
  }

  private void delete(String key) {
    etcd.await(stranger.txn(TxnRequest.of(Op.delete(Bytes.utf8(key)))));
  }

  private boolean exists(String key) {
    return !etcd.keys(KeyRange.single(Bytes.utf8(key))).isEmpty();
  }

  private TransactionBody<Integer, RuntimeException> writing(Guard guard) {
    return tx -> {
      tx.require(guard);
      tx.put("row", "written");
      return attempts.incrementAndGet();
    };
  }

  @Test
  void require_whileHeld_commitsInOneRequest() {
    Guard guard = lock().guard();
    run(writing(guard));
    long before = etcd.revision();

    run(writing(guard));

    assertThat(exists("row")).isTrue();
    assertThat(etcd.revision()).isEqualTo(before + 1);
  }

  @Test
  void require_afterRelease_writesNothingAndDoesNotTryAgain() {
    LockHold hold = lock();
    etcd.await(hold.releaseAsync());

    assertThatThrownBy(() -> run(writing(hold.guard())))
        .isInstanceOf(GuardFailedException.class)
        .hasMessageContaining(hold.key());
    assertThat(exists("row")).isFalse();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void require_keyCreatedAgainByAnother_fails() {
    LockHold hold = lock();
    delete(hold.key());
    etcd.await(stranger.txn(TxnRequest.of(Op.put(Bytes.utf8(hold.key()), Bytes.EMPTY))));

    assertThatThrownBy(() -> run(writing(hold.guard()))).isInstanceOf(GuardFailedException.class);
    assertThat(exists("row")).isFalse();
  }

  @Test
  void require_lostBetweenTheReadAndTheCommit_fails() {
    LockHold hold = lock();

    assertThatThrownBy(
            () ->
                run(
                    tx -> {
                      tx.require(hold.guard());
                      tx.get("row");
                      BlockingBodies.await(
                          stranger.txn(TxnRequest.of(Op.delete(Bytes.utf8(hold.key())))));
                      tx.put("row", "written");
                      return attempts.incrementAndGet();
                    }))
        .isInstanceOf(GuardFailedException.class);
    assertThat(exists("row")).isFalse();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void require_inATransactionThatOnlyReads_isChecked() {
    LockHold hold = lock();
    TransactionBody<Boolean, RuntimeException> reading =
        tx -> {
          tx.require(hold.guard());
          return tx.get("row").isPresent();
        };
    assertThat(run(reading).value()).isFalse();

    delete(hold.key());

    assertThatThrownBy(() -> run(reading)).isInstanceOf(GuardFailedException.class);
  }

  /** Reads so many keys, requires that each still exists, and writes one more. */
  private TransactionBody<Integer, RuntimeException> readingAndRequiring(int keys) {
    List<Guard> guards = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      Bytes key = Bytes.utf8("held " + keys + "/" + i);
      Op put = Op.put(key, Bytes.EMPTY);
      guards.add(Guard.exists(key, etcd.await(stranger.txn(TxnRequest.of(put))).revision()));
    }
    return tx -> {
      for (Guard guard : guards) {
        tx.get(guard.key());
        tx.require(guard);
      }
      tx.put("row", "written");
      return attempts.incrementAndGet();
    };
  }

  @Test
  void require_ofKeysThatAreReadToo_countsAsMuchAsEtcdCounts() {
    assertThat(run(readingAndRequiring(63)).value()).isEqualTo(1);

    assertThatThrownBy(() -> run(readingAndRequiring(64)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll("127", "guard", "--max-txn-ops");
    assertThat(attempts).hasValue(1);
  }

  @Test
  void require_besideWhatIsRemembered_isChecked() {
    LockHold hold = lock();
    delete(hold.key());
    TransactionBody<String, RuntimeException> appending =
        tx -> {
          String next = tx.get("row").orElse("") + "x";
          tx.put("row", next);
          return next;
        };
    run(appending);

    assertThatThrownBy(
            () ->
                run(
                    tx -> {
                      tx.require(hold.guard());
                      return appending.execute(tx);
                    }))
        .isInstanceOf(GuardFailedException.class);
    assertThat(run(appending).value()).isEqualTo("xx");
  }

  @Test
  void require_withoutMarker_isChecked() {
    LockHold hold = lock();
    delete(hold.key());
    StmOptions unmarked = StmOptions.defaults().withUnknownOutcome(UnknownOutcome.REPORT);

    assertThatThrownBy(() -> etcd.await(Stm.runAsync(coord, unmarked, writing(hold.guard()))))
        .isInstanceOf(GuardFailedException.class);
    assertThat(exists("row")).isFalse();
  }
}
