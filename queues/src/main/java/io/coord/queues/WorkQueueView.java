package io.coord.queues;

import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.queues.internal.Coding;
import io.coord.queues.internal.WorkReader;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What is in a {@link WorkQueue}, for those who take no part in it: people and monitoring. Writes
 * nothing, and needs no session and no more than the permission to read. Cheap to make: it needs no
 * closing. Safe to share between threads.
 *
 * <p>Each method reads at one moment, but for {@link #oldest}; another one reads at another.
 *
 * @param <T> the type of the values
 */
public final class WorkQueueView<T> {

  private final CoordRuntime coord;
  private final String name;
  private final Codec<T> codec;
  private final WorkReader reader;

  WorkQueueView(CoordRuntime coord, String name, Codec<T> codec) {
    this.coord = coord;
    this.name = name;
    this.codec = Coding.check(codec);
    this.reader = new WorkReader(coord.store(), name);
  }

  /**
   * Names a work queue to look at, whose values are text. Does not block.
   *
   * @param coord the connection
   * @param name the name; any text without NUL that is not empty
   * @return the view
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static WorkQueueView<String> of(Coord coord, String name) {
    return of(coord, name, Codec.utf8());
  }

  /**
   * Names a work queue to look at. Does not block.
   *
   * @param <T> the type of the values
   * @param coord the connection
   * @param name the name
   * @param codec turns bytes into values
   * @return the view
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static <T> WorkQueueView<T> of(Coord coord, String name, Codec<T> codec) {
    return new WorkQueueView<>(CoordRuntime.of(coord), name, codec);
  }

  /**
   * Returns the name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Counts what is in the queue. Blocks for one round trip, at most the request timeout.
   *
   * @return the numbers
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public WorkCounts counts() throws InterruptedException {
    return Futures.await(reader.counts());
  }

  /**
   * Does what {@link #counts()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the numbers
   */
  public CompletableFuture<WorkCounts> countsAsync() {
    return publish(reader.counts());
  }

  /**
   * Finds the item that was enqueued first of those that can be claimed. Blocks for a round trip
   * for each priority in use. One that has been returned counts from when it was enqueued.
   *
   * @return the item; empty when none can be claimed
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public Optional<OldestItem> oldest() throws InterruptedException {
    return Futures.await(reader.oldest());
  }

  /**
   * Does what {@link #oldest()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the item, or nothing
   */
  public CompletableFuture<Optional<OldestItem>> oldestAsync() {
    return publish(reader.oldest());
  }

  /**
   * Reads the items that are claimed with their values, in order. Blocks for a round trip for every
   * 64.
   *
   * @return the claims
   * @throws UndecodableItemException when the codec does not understand one
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws io.coord.core.CompactedException when etcd was compacted during each of eight readings
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public List<OpenClaim<T>> claims() throws InterruptedException {
    return Futures.await(readClaims());
  }

  /**
   * Does what {@link #claims()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the claims
   */
  public CompletableFuture<List<OpenClaim<T>>> claimsAsync() {
    return publish(readClaims());
  }

  /**
   * Reads the dead items with their values, in order. Blocks for a round trip for every 64.
   *
   * @return the items
   * @throws UndecodableItemException when the codec does not understand one; {@link Codec#bytes()}
   *     understands all
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws io.coord.core.CompactedException when etcd was compacted during each of eight readings
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public List<DeadLetter<T>> deadLetters() throws InterruptedException {
    return Futures.await(readDead());
  }

  /**
   * Does what {@link #deadLetters()} does, without blocking. Dependent actions run on the
   * connection's callback executor.
   *
   * @return gives the items
   */
  public CompletableFuture<List<DeadLetter<T>>> deadLettersAsync() {
    return publish(readDead());
  }

  private CompletableFuture<List<OpenClaim<T>>> readClaims() {
    return reader.claims().thenApply(all -> all.stream().map(this::openClaim).toList());
  }

  private CompletableFuture<List<DeadLetter<T>>> readDead() {
    return reader.dead().thenApply(all -> all.stream().map(this::deadLetter).toList());
  }

  private OpenClaim<T> openClaim(WorkReader.Claimed claimed) {
    return new OpenClaim<>(
        claimed.key(),
        Coding.decode(codec, claimed.key(), claimed.record().payload()),
        claimed.priority(),
        claimed.record().attempts(),
        claimed.claimer(),
        claimed.since());
  }

  private DeadLetter<T> deadLetter(WorkReader.Dead dead) {
    return new DeadLetter<>(
        dead.id(),
        Coding.decode(codec, dead.id(), dead.record().payload()),
        dead.priority(),
        dead.record().attempts(),
        dead.record().reason());
  }

  private <R> CompletableFuture<R> publish(CompletableFuture<R> read) {
    return Futures.publish(read, coord.callbacks(), result -> {});
  }

  @Override
  public String toString() {
    return "WorkQueueView[" + name + "]";
  }
}
