package io.coord.benchmarks;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import java.util.UUID;
import java.util.stream.Stream;

/** A part of the key space for one run, emptied at its end. */
public final class Scratch implements AutoCloseable {

  private final Store store;
  private final String prefix;

  private Scratch(Store store, String prefix) {
    this.store = store;
    this.prefix = prefix;
  }

  /** A part that nobody else uses. */
  public static Scratch in(Coord coord) {
    String prefix = "coord-bench/" + UUID.randomUUID() + "/";
    return new Scratch(CoordRuntime.of(coord).store(), prefix);
  }

  /** A key of it. */
  public String key(String name) {
    return prefix + name;
  }

  /** All of it. */
  public KeyRange range() {
    return KeyRange.prefix(Bytes.utf8(prefix));
  }

  /** All of it, and what the priority queues and work queues of this part keep elsewhere. */
  private Op[] deletions() {
    return Stream.of("", "__", "__coord/work/", "____coord/work/")
        .map(before -> Op.delete(KeyRange.prefix(Bytes.utf8(before + prefix))))
        .toArray(Op[]::new);
  }

  /** Deletes every key. An interrupt does not keep it from that; the thread's status is kept. */
  @Override
  public void close() {
    Futures.awaitUninterruptibly(
        store.txn(TxnRequest.of(deletions()).harmlessToRepeat()).thenAccept(deleted -> {}));
  }
}
