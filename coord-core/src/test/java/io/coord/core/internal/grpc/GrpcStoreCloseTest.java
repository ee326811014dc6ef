package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.ConnectedStore.READ;
import static io.coord.core.internal.grpc.ConnectedStore.WRITE;
import static io.coord.core.internal.grpc.ConnectedStore.await;
import static io.coord.core.internal.grpc.ConnectedStore.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcStoreCloseTest {

  private final FakeMember member = FakeMember.start(1);
  private final Store store = ConnectedStore.connect(ConnectedStore.to(member).name("closing"));

  @AfterEach
  void close() {
    store.close();
    member.close();
  }

  @Test
  void close_withCallsPending_endsEachByItsKind() {
    member.services().swallowCalls();
    CompletableFuture<RangeResult> read = store.range(READ);
    CompletableFuture<TxnResult> repeatable = store.txn(WRITE.harmlessToRepeat());
    CompletableFuture<TxnResult> write = store.txn(WRITE);
    await().until(() -> member.services().calls() == 3);

    store.close();

    assertThat(failure(read)).isInstanceOf(ClosedException.class);
    assertThat(failure(repeatable)).isInstanceOf(ClosedException.class);
    assertThat(failure(write)).isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void close_withAWriteThatWasNotSent_failsItAsClosed() {
    member.kill();
    await().until(() -> failsToSend(store));
    CompletableFuture<TxnResult> write = store.txn(WRITE);

    store.close();

    assertThat(failure(write)).isInstanceOf(ClosedException.class);
  }

  /** A read is still waiting: the store knows that its member is gone. */
  private static boolean failsToSend(Store store) {
    CompletableFuture<RangeResult> read = store.range(READ);
    CompletableFuture<Boolean> later = new CompletableFuture<>();
    var unused =
        store.scheduler().schedule(Duration.ofMillis(50), () -> later.complete(!read.isDone()));
    return await(later);
  }

  @Test
  void close_withAWatch_endsItAsClosed() {
    WatchOutcome outcome = new WatchOutcome();
    var unused = store.watch(KeyRange.single(Bytes.utf8("key")), 0, outcome);
    await(outcome.created());

    store.close();

    assertThat(await(outcome.failed())).isInstanceOf(ClosedException.class);
  }

  @Test
  void close_leavesNoThread() {
    await(store.range(READ));
    assertThat(threads()).contains("closing-io");

    store.close();

    await().untilAsserted(() -> assertThat(threads()).doesNotContain("closing-io"));
  }

  @Test
  void close_onTheStoresThread_doesNotWaitForItself() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    store
        .scheduler()
        .execute(
            () -> {
              store.close();
              closed.complete(null);
            });

    await(closed);

    await().untilAsserted(() -> assertThat(threads()).doesNotContain("closing-io"));
  }

  @Test
  void everyMethod_afterClose_failsAsClosed() {
    store.close();
    store.close();

    for (CompletableFuture<?> result :
        List.of(
            store.range(READ),
            store.txn(WRITE),
            store.grantLease(1, 10),
            store.revokeLease(1),
            store.leaseStatus(1),
            store.keepLeaseAlive(1))) {
      assertThat(failure(result)).isInstanceOf(ClosedException.class);
    }
    WatchOutcome outcome = new WatchOutcome();
    var watch = store.watch(KeyRange.single(Bytes.utf8("key")), 0, outcome);
    assertThat(await(outcome.failed())).isInstanceOf(ClosedException.class);
    watch.close();
    var unused =
        store
            .scheduler()
            .schedule(
                Duration.ZERO,
                () -> {
                  throw new AssertionError("ran after close");
                });
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }
}
