package io.coord.barriers.internal;

import io.coord.core.ClosedException;
import io.coord.core.internal.Attachment;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Relay;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Store;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the barriers of one connection have in common: one {@link Mirror} for each range that
 * somebody waits on, and every future that has not ended, so that all do when the connection is
 * closed.
 */
public final class Mirrors implements Attachment {

  private final String name;
  private final Store store;
  private final Map<Long, CompletableFuture<?>> pending = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final Relay relay = new Relay();

  /** On the store's thread only. */
  private final Map<KeyRange, Mirror> mirrors = new HashMap<>();

  private volatile boolean closed;

  private Mirrors(CoordRuntime coord) {
    this.name = coord.config().name();
    this.store = coord.store();
  }

  /** Those of a connection. */
  public static Mirrors of(CoordRuntime coord) {
    return coord.attachment(Mirrors.class, Mirrors::new);
  }

  /** The mirror of a range, for as long as somebody observes it. */
  Mirror get(KeyRange range) {
    return mirrors.computeIfAbsent(
        range, absent -> new Mirror(store, range, relay, () -> mirrors.remove(range)));
  }

  /** The mirror of a range, if it is kept now. */
  Optional<Mirror> present(KeyRange range) {
    return Optional.ofNullable(mirrors.get(range));
  }

  /**
   * The answer to a transaction said what a range held at a revision: as good as a read of it, so
   * those who wait here need not wait for the watch.
   */
  void learned(KeyRange range, long revision, List<KeyValue> content) {
    present(range).ifPresent(mirror -> mirror.learned(revision, content));
  }

  /**
   * Blocks until a future of ours ends, and gives its value or throws what it failed with. An
   * interrupt cancels it.
   */
  public <T> T await(CompletableFuture<T> future) throws InterruptedException {
    return relay.await(future);
  }

  /** Sees to it that a future ends with the connection at the latest. */
  <T> CompletableFuture<T> endingWithTheConnection(CompletableFuture<T> future) {
    long number = numbers.incrementAndGet();
    pending.put(number, future);
    Futures.onDone(future, value -> pending.remove(number), failure -> pending.remove(number));
    if (closed) {
      future.completeExceptionally(closedException());
    }
    return future;
  }

  @Override
  public void close() {
    closed = true;
    pending.values().forEach(future -> future.completeExceptionally(closedException()));
  }

  private ClosedException closedException() {
    return new ClosedException(name + " is closed", null);
  }
}
