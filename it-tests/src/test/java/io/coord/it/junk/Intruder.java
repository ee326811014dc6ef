package io.coord.it.junk;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Somebody who writes what nobody expects below the names of others; all chance is the seed's. */
final class Intruder {

  private static final long LEASE = 4711;
  private static final long LEASE_SECONDS = 3_600;
  private static final int HUGE = 200_000;
  static final List<Bytes> VALUES =
      List.of(
          Bytes.EMPTY,
          Bytes.utf8("junk"),
          Bytes.utf8("-1"),
          Bytes.utf8("7"),
          Bytes.utf8("9999999999999999"),
          Bytes.utf8("99999999999999999999999"),
          Bytes.utf8("since=yesterday by=nobody"),
          Bytes.wrap(new byte[] {(byte) 0xff, (byte) 0xfe, 0}),
          Bytes.wrap(
              new byte[] {
                2, 'c', 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, 127, 0, 0, 0, 0, 0, 0, 0, 0, 0
              }),
          Bytes.wrap(
              new byte[] {
                2, 'r', 0, 0, 0, 0, 0, 0, 0, 9, -1, -1, -1, -1, 0, 0, 0, 2, 'x', 'y', -9, 0, 0, 0
              }),
          Bytes.wrap(new byte[HUGE]));

  private final SimulatedEtcd etcd;
  private final SplittableRandom random;
  private final Store store;
  private final Set<Bytes> written = new LinkedHashSet<>();

  Intruder(SimulatedEtcd etcd) {
    this.etcd = etcd;
    this.random = new SplittableRandom(etcd.seed());
    this.store = etcd.client("intruder");
    etcd.await(store.grantLease(LEASE, LEASE_SECONDS));
  }

  boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  <T> T oneOf(List<T> things) {
    return things.get(random.nextInt(things.size()));
  }

  /** Puts junk at one of these keys, under a lease of its own or under none. */
  void intrude(List<String> keys) {
    put(oneOf(keys), oneOf(VALUES));
  }

  void put(String key, Bytes value) {
    Bytes at = Bytes.utf8(key);
    written.add(at);
    etcd.await(
        store.txn(
            TxnRequest.of(chance(2) ? Op.put(at, value, LEASE) : Op.put(at, value))
                .harmlessToRepeat()));
  }

  void put(String key, String value) {
    put(key, Bytes.utf8(value));
  }

  /** Puts empty values at numbered keys, in one transaction. */
  void putAll(String prefix, int from, int to) {
    Op[] puts =
        IntStream.range(from, to)
            .mapToObj(i -> Op.put(Bytes.utf8(prefix + i), Bytes.EMPTY))
            .toArray(Op[]::new);
    etcd.await(store.txn(TxnRequest.of(puts).harmlessToRepeat()));
  }

  /** Takes away one of its keys, or more, perhaps all. */
  void withdraw(List<String> keys) {
    keys.forEach(
        key -> etcd.await(store.txn(TxnRequest.of(Op.delete(Bytes.utf8(key))).harmlessToRepeat())));
  }

  /** Takes away all that it has put. */
  void withdrawAll() {
    withdraw(written.stream().map(Bytes::utf8).toList());
  }

  /** Whether somebody's key is there that came before a revision. */
  boolean isBefore(String key, long revision) {
    return etcd.keys(KeyRange.single(Bytes.utf8(key))).stream()
        .anyMatch(kv -> kv.createRevision() < revision);
  }
}
