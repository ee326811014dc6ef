package io.coord.queues;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Timeouts;
import io.coord.queues.internal.Coding;
import io.coord.queues.internal.Item;
import io.coord.queues.internal.SharedQueue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What all queues have in common: items are taken off the front, each by one caller in one process.
 *
 * <pre>{@code
 * dequeue()            enqueue("a")
 *    | waits ............. | commit: item at revision r
 *    | <------- watch -----'
 *    | commit: the item is deleted, if it is there and nothing is before it
 *    '-> "a", once, although the answer to either commit may be lost
 * }</pre>
 *
 * <p>An item leaves etcd when it is given to its caller. If the process ends right then, the item
 * is lost with it: each item is out at most once, and exactly once as long as the client lives.
 *
 * <p>Calls of one process that come while another is under way share its next transaction. They are
 * served in the order in which they came.
 *
 * @param <T> the type of the values
 */
public abstract sealed class ItemQueue<T> permits Queue, PriorityQueue {

  /** How many values can be enqueued together. */
  public static final int MOST_TOGETHER = 100;

  private final CoordRuntime coord;
  private final SharedQueue shared;
  private final String name;
  private final Codec<T> codec;

  ItemQueue(CoordRuntime coord, SharedQueue shared, String name, Codec<T> codec) {
    this.coord = coord;
    this.shared = shared;
    this.name = name;
    this.codec = Coding.check(codec);
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
   * Returns what the keys of all items begin with.
   *
   * @return the name and a slash, without the connection's namespace
   */
  public String key() {
    return name + "/";
  }

  /**
   * Takes the first item. Blocks until there is one: one round trip when the queue has been in use
   * by this process just before, up to four otherwise. Goes on waiting while etcd is out of reach.
   *
   * @return its value
   * @throws UndecodableItemException when the codec does not understand the item, which was taken
   * @throws io.coord.core.OutcomeUnknownException when an outage of minutes began while an item was
   *     being taken; that item may be lost
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws InterruptedException when the thread is interrupted; no item is taken then. When an
   *     item is being taken at that moment, it is returned instead, and the interrupt status is
   *     kept
   */
  public T dequeue() throws InterruptedException {
    return shared.takeWhenThere().await(this::decode).orElseThrow();
  }

  /**
   * Does what {@link #dequeue()} does, without blocking. Dependent actions run on the connection's
   * callback executor. Cancelling the future ends the wait; an item that is being taken at that
   * moment goes to the next who waits in this process, or, if nobody does, back to the queue, at
   * its end. It may be lost when an outage of minutes begins then, or the connection is closed.
   *
   * @return gives the value, or fails as {@link #dequeue()} does
   */
  public CompletableFuture<T> dequeueAsync() {
    return shared.takeWhenThere().publishRemoved(got -> decode(got.orElseThrow()));
  }

  /**
   * Takes the first item if there is one. Blocks for a round trip, or a few, each for at most the
   * request timeout. If the answer to its own taking was lost and etcd is out of reach then, it
   * waits until it can find out what happened: for at most five minutes.
   *
   * @return its value; empty when the queue was empty at a moment after the call began
   * @throws UndecodableItemException when the codec does not understand the item, which was taken
   * @throws io.coord.core.UnavailableException when no member answered in time; nothing was taken
   * @throws io.coord.core.OutcomeUnknownException as with {@link #dequeue()}
   * @throws io.coord.core.CompactedException when the items lie among very many keys of others, and
   *     etcd was compacted during each of eight readings; nothing was taken
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws InterruptedException as with {@link #dequeue()}
   */
  public Optional<T> poll() throws InterruptedException {
    return shared.takeIfThere().await(this::decode);
  }

  /**
   * Does what {@link #poll()} does, without blocking; see {@link #dequeueAsync()}.
   *
   * @return gives the value, or nothing
   */
  public CompletableFuture<Optional<T>> pollAsync() {
    return shared.takeIfThere().publishRemoved(got -> got.map(this::decode));
  }

  /**
   * Takes the first item, and waits for one for no longer than a time. An item that is being taken
   * when the time is over is still waited for, for at most a second. Goes on waiting while etcd is
   * out of reach.
   *
   * @param timeout how long to wait; zero is like {@link #poll()}
   * @return its value; empty when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   * @throws UndecodableItemException when the codec does not understand the item, which was taken
   * @throws io.coord.core.OutcomeUnknownException as with {@link #dequeue()}
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws InterruptedException as with {@link #dequeue()}
   */
  public Optional<T> poll(Duration timeout) throws InterruptedException {
    return shared.takeWithin(Timeouts.check(timeout)).await(this::decode);
  }

  /**
   * Does what {@link #poll(Duration)} does, without blocking; see {@link #dequeueAsync()}.
   *
   * @param timeout how long to wait; zero is like {@link #poll()}
   * @return gives the value, or nothing when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   */
  public CompletableFuture<Optional<T>> pollAsync(Duration timeout) {
    return shared.takeWithin(Timeouts.check(timeout)).publishRemoved(got -> got.map(this::decode));
  }

  /**
   * Reads the first item and leaves it where it is. Blocks for a round trip, or a few.
   *
   * @return its value; empty when the queue is empty
   * @throws UndecodableItemException when the codec does not understand the item, which stays
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws io.coord.core.CompactedException when the items lie among very many keys of others, and
   *     etcd was compacted during each of eight readings
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public Optional<T> peek() throws InterruptedException {
    return Futures.await(shared.peek(codec));
  }

  /**
   * Does what {@link #peek()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the value, or nothing
   */
  public CompletableFuture<Optional<T>> peekAsync() {
    return Futures.publish(shared.peek(codec), coord.callbacks(), value -> {});
  }

  /**
   * Counts the items that there are at one moment: meant for people and monitoring. Reads their
   * keys, 16 384 with each round trip, and blocks for as many; but where a connection of this
   * library has put more than that in order of arrival, etcd counts the rest of them in one round
   * trip.
   *
   * @return how many there are
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws io.coord.core.CompactedException when etcd was compacted during each of eight readings
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public long size() throws InterruptedException {
    return Futures.await(shared.status()).size();
  }

  /**
   * Does what {@link #size()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives how many items there are
   */
  public CompletableFuture<Long> sizeAsync() {
    return Futures.publish(
        shared.status().thenApply(QueueStatus::size), coord.callbacks(), count -> {});
  }

  /**
   * Counts the items, and finds the one that came first. Reads the keys as {@link #size()} does,
   * and changes nothing.
   *
   * @return how many there are, and the oldest
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws io.coord.core.CompactedException when etcd was compacted during each of eight readings
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public QueueStatus status() throws InterruptedException {
    return Futures.await(shared.status());
  }

  /**
   * Does what {@link #status()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives how many there are, and the oldest
   */
  public CompletableFuture<QueueStatus> statusAsync() {
    return Futures.publish(shared.status(), coord.callbacks(), status -> {});
  }

  private T decode(Item item) {
    return SharedQueue.decode(codec, item);
  }

  /** Puts values in, behind all that the caller gave before. */
  CompletableFuture<Long> put(List<T> values, int priority) {
    return shared.enqueue(encode(values), priority);
  }

  /** Puts values in, and waits until they are. */
  long putAndWait(List<T> values, int priority) throws InterruptedException {
    return shared.enqueueAndWait(encode(values), priority);
  }

  private List<Bytes> encode(List<T> values) {
    if (values.isEmpty() || values.size() > MOST_TOGETHER) {
      throw new IllegalArgumentException(
          "there are "
              + values.size()
              + " values to enqueue together; expected 1 to "
              + MOST_TOGETHER);
    }
    return values.stream().map(value -> Coding.encode(codec, value)).toList();
  }

  /** What the user gets for a put. */
  CompletableFuture<Long> publish(CompletableFuture<Long> put) {
    return Futures.publish(put, coord.callbacks(), revision -> {});
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + name + "]";
  }
}
