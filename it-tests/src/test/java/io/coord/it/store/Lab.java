package io.coord.it.store;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.LeaseGrant;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Where one contract test does its experiments: clients of one cluster, keys that no other test
 * uses, and ways to wait that suit the cluster. A real one is waited for; a simulated one is run.
 */
abstract class Lab implements AutoCloseable {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final String prefix = "contract-" + NUMBER.incrementAndGet() + "/";
  private final List<Long> leases = new ArrayList<>();
  private final List<ContractListener> listeners = new ArrayList<>();

  /** The client that most of a test is done with. */
  abstract Store store();

  /** A further client of the same cluster, with this request timeout; the lab closes it. */
  abstract Store openStore(Duration requestTimeout);

  /** A further client of the same cluster; the lab closes it. */
  Store openStore() {
    return openStore(Duration.ofSeconds(10));
  }

  /** Waits until a future is done; gives its value or throws its failure. */
  abstract <T> T await(CompletableFuture<T> future);

  /** Waits until a condition holds, and fails when it takes too long. */
  abstract void await(BooleanSupplier condition);

  /** Lets time pass in which something could happen that must not. */
  abstract void pass(Duration length);

  /** Compacts everything before the present revision away, and gives that. */
  abstract long compact();

  /** A key of this test. */
  Bytes key(String name) {
    return Bytes.utf8(prefix + name);
  }

  /** Every key of this test that begins with a name. */
  KeyRange range(String name) {
    return KeyRange.prefix(key(name));
  }

  static Bytes value(String text) {
    return Bytes.utf8(text);
  }

  TxnResult txn(TxnRequest request) {
    return await(store().txn(request));
  }

  TxnResult txn(Op... ops) {
    return txn(TxnRequest.of(ops));
  }

  /** Puts keys one after another and gives the revisions, in order. */
  List<Long> putEach(String... names) {
    return Arrays.stream(names)
        .map(name -> txn(Op.put(key(name), value("value of " + name))).revision())
        .toList();
  }

  RangeResult read(RangeRequest request) {
    return await(store().range(request));
  }

  RangeResult read(String name) {
    return read(RangeRequest.key(key(name)));
  }

  long revision() {
    return read("no such key").revision();
  }

  /** A new lease, revoked at the end of the test. */
  LeaseGrant grant(long ttlSeconds) {
    long id = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    leases.add(id);
    return await(store().grantLease(id, ttlSeconds));
  }

  /** A listener that holds the store to its contract. */
  ContractListener listener() {
    ContractListener listener = new ContractListener();
    listeners.add(listener);
    return listener;
  }

  /** Opens a watch on the first client and waits until it stands. */
  ContractListener watchNow(KeyRange range) {
    ContractListener listener = listener();
    listener.opened(store().watch(range, 0, listener));
    await(listener::isCreated);
    return listener;
  }

  ContractListener watchFrom(KeyRange range, long startRevision) {
    ContractListener listener = listener();
    listener.opened(store().watch(range, startRevision, listener));
    return listener;
  }

  /** Runs something on the thread of a store, and waits until that is done. */
  void onThreadOf(Store store, Runnable action) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    store
        .scheduler()
        .execute(
            () -> {
              action.run();
              done.complete(null);
            });
    await(done);
  }

  /** Says when a listener was called against the contract; revokes what is left of leases. */
  @Override
  public void close() {
    for (long lease : leases) {
      await(openStore().revokeLease(lease));
    }
    listeners.forEach(ContractListener::checkContract);
  }
}
