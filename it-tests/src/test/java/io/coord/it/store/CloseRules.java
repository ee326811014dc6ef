package io.coord.it.store;

import static io.coord.it.store.Lab.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.ClosedException;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What closing a store ends, and what it leaves. */
interface CloseRules extends Rules {

  /** How a future ended: the type of its failure; empty when it has a value. */
  private List<Class<?>> failureOf(CompletableFuture<?> future) {
    CompletableFuture<List<Class<?>>> failure =
        future.handle((value, e) -> e == null ? List.of() : List.of(Futures.unwrap(e).getClass()));
    return lab().await(failure);
  }

  @Test
  default void call_afterClose_failsAtOnce() {
    Store store = lab().openStore();
    store.close();
    List<CompletableFuture<?>> calls =
        List.of(
            store.range(RangeRequest.key(lab().key("a"))),
            store.txn(TxnRequest.of(Op.put(lab().key("a"), value("1")))),
            store.grantLease(77, 10),
            store.revokeLease(77),
            store.keepLeaseAlive(77),
            store.leaseStatus(77));
    for (CompletableFuture<?> call : calls) {
      assertThatThrownBy(() -> lab().await(call)).isInstanceOf(ClosedException.class);
    }
    assertThat(lab().read("a").count()).isZero();
  }

  @Test
  default void closeStore_again_doesNothing() {
    Store store = lab().openStore();
    store.close();
    store.close();
    assertThat(lab().revision()).isPositive();
  }

  @Test
  default void closeStore_onItsOwnThread_works() {
    Store store = lab().openStore();
    store.scheduler().execute(store::close);
    lab().await(() -> failureOf(store.leaseStatus(77)).contains(ClosedException.class));
  }

  @Test
  default void closeStore_callsUnderWay_allEndAndNoneIsToldAnUntruth() {
    Store store = lab().openStore();
    List<CompletableFuture<?>> reads = new ArrayList<>();
    List<CompletableFuture<?>> writes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      reads.add(store.range(RangeRequest.key(lab().key("a"))));
      writes.add(store.txn(TxnRequest.of(Op.put(lab().key("w" + i), value("1")))));
    }
    store.close();
    for (CompletableFuture<?> read : reads) {
      assertThat(failureOf(read)).isSubsetOf(ClosedException.class);
    }
    List<List<Class<?>>> outcomes = writes.stream().map(this::failureOf).toList();
    lab().pass(Duration.ofMillis(500));
    for (int i = 0; i < outcomes.size(); i++) {
      assertThat(outcomes.get(i)).isSubsetOf(ClosedException.class, OutcomeUnknownException.class);
      boolean applied = lab().read("w" + i).count() == 1;
      assertThat(applied)
          .as("w%d was applied, and its caller was told %s", i, outcomes.get(i))
          .isIn(possibleAfter(outcomes.get(i)));
    }
  }

  @Test
  default void closeStore_harmlessWritesUnderWay_areClosedWhetherOrNotTheyAreApplied() {
    Store store = lab().openStore();
    List<CompletableFuture<?>> writes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      TxnRequest write = TxnRequest.of(Op.put(lab().key("w" + i), value("1")));
      writes.add(store.txn(write.harmlessToRepeat()));
    }
    store.close();
    for (CompletableFuture<?> write : writes) {
      assertThat(failureOf(write)).isSubsetOf(ClosedException.class);
    }
  }

  private static List<Boolean> possibleAfter(List<Class<?>> failure) {
    if (failure.isEmpty()) {
      return List.of(true);
    }
    return failure.contains(ClosedException.class) ? List.of(false) : List.of(true, false);
  }

  @Test
  default void closeStore_openWatches_areToldOnce() {
    Store store = lab().openStore();
    ContractListener standing = lab().listener();
    standing.opened(store.watch(lab().range("a"), 0, standing));
    lab().await(standing::isCreated);
    ContractListener opening = lab().listener();
    opening.opened(store.watch(lab().range("a"), 0, opening));
    store.close();
    lab().await(() -> !standing.failed().isEmpty() && !opening.failed().isEmpty());
    lab().putEach("a");
    lab().pass(Duration.ofMillis(300));
    assertThat(standing.failed()).hasSize(1).first().isInstanceOf(ClosedException.class);
    assertThat(opening.failed()).hasSize(1).first().isInstanceOf(ClosedException.class);
    assertThat(standing.events()).isEmpty();
  }

  @Test
  default void watch_afterClose_isToldSo() {
    Store store = lab().openStore();
    store.close();
    ContractListener watch = lab().listener();
    watch.opened(store.watch(KeyRange.single(lab().key("a")), 0, watch));
    lab().await(() -> !watch.failed().isEmpty());
    assertThat(watch.failed()).hasSize(1).first().isInstanceOf(ClosedException.class);
  }

  @Test
  default void closeStore_dropsWhatWasScheduled() {
    Store store = lab().openStore();
    List<String> ran = new CopyOnWriteArrayList<>();
    store.scheduler().schedule(Duration.ofMillis(100), () -> ran.add("before"));
    store.close();
    store.scheduler().schedule(Duration.ofMillis(1), () -> ran.add("after"));
    store.scheduler().execute(() -> ran.add("after"));
    lab().pass(Duration.ofMillis(400));
    assertThat(ran).isEmpty();
  }

  @Test
  default void closeStore_leavesKeysLeasesAndOtherClients() {
    Store store = lab().openStore();
    lab().await(store.txn(TxnRequest.of(Op.put(lab().key("a"), value("1")))));
    ContractListener watch = lab().watchNow(lab().range("a"));
    store.close();
    long revision = lab().putEach("a").get(0);
    lab().await(() -> watch.revisions().contains(revision));
  }
}
