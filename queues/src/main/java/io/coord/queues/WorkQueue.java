package io.coord.queues;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Timeouts;
import io.coord.core.internal.session.LeaseSession;
import io.coord.queues.WorkQueueOptions.WhenFull;
import io.coord.queues.internal.Coding;
import io.coord.queues.internal.Item;
import io.coord.queues.internal.QueueHub;
import io.coord.queues.internal.SharedWork;
import io.coord.queues.internal.WorkClaims;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A queue for work of which nothing may be lost: an item leaves it only when it is acknowledged. A
 * consumer claims an item for as long as its session lives; if the session dies, the item returns.
 *
 * <pre>{@code
 * WorkQueue<String> queue = WorkQueue.of(session, "invoices");
 * queue.enqueue("4711");
 * ...
 * Claim<String> claim = queue.claim();
 * print(claim.value());
 * claim.ack();
 * }</pre>
 *
 * <pre>
 *   enqueue ----> waiting, by priority ----claim----> claimed ----ack----> done
 *      |             ^          ^                      |  |  |
 *      | (delay)     |          '------ nack ----------'  |  '-- too many attempts --> dead
 *      '--> delayed -'          '-- the session ended ----'
 * </pre>
 *
 * <p>Each item is handed out at least once, and to one consumer at a time, as far as sessions can
 * tell: one that is cut off may go on working after its item has been given to another. {@link
 * Claim#guard} and {@link Claim#fencingToken} keep its effects out. By priority, 0 first, and first
 * in, first out within one; an item that returns takes its old place.
 *
 * <p>Has keys of its own, which etcd's Go recipes do not know. Needs no closing: from its making
 * until the end of the session, the connection watches for items to return. Safe to share between
 * threads.
 *
 * @param <T> the type of the values
 */
public final class WorkQueue<T> {

  private final LeaseSession session;
  private final CoordRuntime coord;
  private final String name;
  private final Codec<T> codec;
  private final WorkQueueOptions options;
  private final WorkQueueView<T> view;
  private final SharedWork shared;
  private final WorkClaims claims;

  private WorkQueue(LeaseSession session, String name, Codec<T> codec, WorkQueueOptions options) {
    this.session = session;
    this.coord = session.runtime();
    this.name = name;
    this.codec = codec;
    this.options = options;
    QueueHub hub = QueueHub.of(coord);
    this.view = new WorkQueueView<>(coord, name, codec);
    this.shared = hub.work(name);
    this.claims = hub.claims(session, name, options.maxAttempts());
  }

  /**
   * Names a work queue whose values are text, with default options. Does not block.
   *
   * @param session what claims are bound to: when it ends, their items return
   * @param name the name; any text without NUL that is not empty
   * @return the queue
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static WorkQueue<String> of(Session session, String name) {
    return of(session, name, Codec.utf8());
  }

  /**
   * Names a work queue with default options, as {@link #of(Session, String)} does.
   *
   * @param <T> the type of the values
   * @param session what claims are bound to
   * @param name the name
   * @param codec turns the values into bytes and back
   * @return the queue
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static <T> WorkQueue<T> of(Session session, String name, Codec<T> codec) {
    return of(session, name, codec, WorkQueueOptions.defaults());
  }

  /**
   * Names a work queue, as {@link #of(Session, String)} does.
   *
   * @param <T> the type of the values
   * @param session what claims are bound to
   * @param name the name
   * @param codec turns the values into bytes and back
   * @param options how often items may be claimed, and how many there may be
   * @return the queue
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static <T> WorkQueue<T> of(
      Session session, String name, Codec<T> codec, WorkQueueOptions options) {
    return new WorkQueue<>(LeaseSession.of(session), name, codec, options);
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
   * Puts an item in, with default options. Blocks as {@link #enqueue(Object, EnqueueOptions)} does.
   *
   * @param value the value; etcd takes up to about 1.5 MiB, less 16 KiB for what is added later
   * @return the revision at which it came in
   * @throws InterruptedException when the thread is interrupted while it waits; the item may be in
   */
  public long enqueue(T value) throws InterruptedException {
    return enqueue(value, EnqueueOptions.defaults());
  }

  /**
   * Puts an item in, behind those of its priority. Blocks for a round trip or a few; and, when the
   * queue is full and told to wait, until there is room, for which the connection's callers stand
   * in line.
   *
   * @param value the value; etcd takes up to about 1.5 MiB, less 16 KiB for what is added later
   * @param how its priority, delay and id
   * @return the revision at which it came in
   * @throws DuplicateItemException when an item with the same id is in the queue
   * @throws QueueFullException when the queue is full and told to refuse
   * @throws io.coord.core.RefusedException when etcd refuses, because the value is too large say
   * @throws io.coord.core.UnavailableException when no member answered in time; the item is not in
   * @throws io.coord.core.OutcomeUnknownException when the answer was lost at the beginning of an
   *     outage of five minutes, or the connection was closed meanwhile; the item may be in
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits; the item may be in
   */
  public long enqueue(T value, EnqueueOptions how) throws InterruptedException {
    return Futures.await(put(value, how));
  }

  /**
   * Puts an item in, with default options, without blocking; see {@link #enqueueAsync(Object,
   * EnqueueOptions)}.
   *
   * @param value the value
   * @return gives the revision at which it came in
   */
  public CompletableFuture<Long> enqueueAsync(T value) {
    return enqueueAsync(value, EnqueueOptions.defaults());
  }

  /**
   * Does what {@link #enqueue(Object, EnqueueOptions)} does, without blocking. Dependent actions
   * run on the connection's callback executor. Cancelling the future ends the wait for room.
   *
   * @param value the value
   * @param how its priority, delay and id
   * @return gives the revision at which it came in
   */
  public CompletableFuture<Long> enqueueAsync(T value, EnqueueOptions how) {
    return Futures.publish(put(value, how), coord.callbacks(), revision -> {});
  }

  private CompletableFuture<Long> put(T value, EnqueueOptions how) {
    Bytes encoded = Coding.encode(codec, value);
    OptionalInt bound = options.maxLength();
    return bound.isPresent() && options.whenFull() == WhenFull.WAIT
        ? shared.enqueueWhenThereIsRoom(
            encoded, how.priority(), how.delay(), how.id(), bound.getAsInt())
        : shared.enqueue(encoded, how.priority(), how.delay(), how.id(), bound);
  }

  /**
   * Claims the first item. Blocks until there is one. Goes on waiting while etcd is out of reach,
   * as long as the session lives.
   *
   * @return the claim, to be acknowledged or given back
   * @throws UndecodableItemException when the codec does not understand the item, which goes back
   *     with that as the reason, until it is dead
   * @throws io.coord.core.SessionLostException when the session is lost, before or meanwhile
   * @throws io.coord.core.OutcomeUnknownException when an answer was lost and the session ended
   *     before it was found out whether an item was claimed; if so, it returns
   * @throws io.coord.core.ClosedException when the session or the connection is closed
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws InterruptedException when the thread is interrupted; then nothing is claimed, or what
   *     is being claimed is returned, and the interrupt status is kept
   */
  public Claim<T> claim() throws InterruptedException {
    return claims.claimWhenThere().await(this::claimed).orElseThrow();
  }

  /**
   * Does what {@link #claim()} does, without blocking. Dependent actions run on the connection's
   * callback executor. Cancelling the future ends the wait; an item that is being claimed at that
   * moment goes to the next who waits, or back to its place, and the attempt is not counted.
   *
   * @return gives the claim
   */
  public CompletableFuture<Claim<T>> claimAsync() {
    return claims.claimWhenThere().publish(got -> claimed(got.orElseThrow()));
  }

  /**
   * Claims the first item, and waits for one for no longer than a time.
   *
   * @param timeout how long to wait; zero looks once whether there is one
   * @return the claim; empty when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   * @throws io.coord.core.UnavailableException when the timeout is zero and no member answered
   * @throws InterruptedException as with {@link #claim()}, whose other errors apply here too
   */
  public Optional<Claim<T>> claim(Duration timeout) throws InterruptedException {
    return claims.claimWithin(Timeouts.check(timeout)).await(this::claimed);
  }

  /**
   * Does what {@link #claim(Duration)} does, without blocking; see {@link #claimAsync()}.
   *
   * @param timeout how long to wait; zero looks once whether there is one
   * @return gives the claim, or nothing when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   */
  public CompletableFuture<Optional<Claim<T>>> claimAsync(Duration timeout) {
    return claims.claimWithin(Timeouts.check(timeout)).publish(got -> got.map(this::claimed));
  }

  /**
   * Starts threads that claim items and work on them, until they are closed or the session ends.
   *
   * @param <E> what the work may fail with
   * @param parallelism how many items are worked on at once, at least 1
   * @param handler does the work
   * @return the worker, which the caller closes
   * @throws IllegalArgumentException when the parallelism is not positive
   */
  public <E extends Exception> Worker work(int parallelism, WorkHandler<T, E> handler) {
    AtomicInteger number = new AtomicInteger();
    String label = workerLabel() + "-";
    return work(parallelism, task -> new Thread(task, label + number.incrementAndGet()), handler);
  }

  /**
   * Does what {@link #work(int, WorkHandler)} does, on threads of the caller's making: daemons, or
   * on Java 21 the virtual ones of {@code Thread.ofVirtual().factory()}. When one of them cannot be
   * started, what its start has thrown is thrown, and those before it end by themselves, after what
   * they may be working on.
   *
   * @param <E> what the work may fail with
   * @param parallelism how many items are worked on at once, at least 1
   * @param threads makes as many threads, which are started when all are made
   * @param handler does the work
   * @return the worker, which the caller closes
   * @throws IllegalArgumentException when the parallelism is not positive
   * @throws NullPointerException when the factory makes no thread; none is started then
   */
  public <E extends Exception> Worker work(
      int parallelism, ThreadFactory threads, WorkHandler<T, E> handler) {
    Objects.requireNonNull(threads, "the thread factory is null");
    Objects.requireNonNull(handler, "the handler is null");
    return Worker.start(this, claims, workerLabel(), parallelism, threads, handler);
  }

  private String workerLabel() {
    return coord.config().name() + "-work-" + name;
  }

  /**
   * Counts what is in the queue, at one moment. Blocks for one round trip.
   *
   * @return the numbers
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public WorkCounts counts() throws InterruptedException {
    return view.counts();
  }

  /**
   * Does what {@link #counts()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the numbers
   */
  public CompletableFuture<WorkCounts> countsAsync() {
    return view.countsAsync();
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
    return view.deadLetters();
  }

  /**
   * Does what {@link #deadLetters()} does, without blocking. Dependent actions run on the
   * connection's callback executor.
   *
   * @return gives the items
   */
  public CompletableFuture<List<DeadLetter<T>>> deadLettersAsync() {
    return view.deadLettersAsync();
  }

  /**
   * Lets a dead item be claimed again, at its old place, with its attempts forgotten; also when the
   * queue is full. Blocks for two round trips.
   *
   * @param id the dead item's
   * @return false when there is no such dead item any more
   * @throws io.coord.core.UnavailableException when no member answered in time; nothing was done
   * @throws InterruptedException when the thread is interrupted while it waits; it may be done
   */
  public boolean retry(String id) throws InterruptedException {
    return Futures.await(shared.retry(id));
  }

  /**
   * Does what {@link #retry(String)} does, without blocking. Dependent actions run on the
   * connection's callback executor.
   *
   * @param id the dead item's
   * @return gives false when there is no such dead item any more
   */
  public CompletableFuture<Boolean> retryAsync(String id) {
    return Futures.publish(shared.retry(id), coord.callbacks(), done -> {});
  }

  /**
   * Forgets a dead item. Blocks for two round trips.
   *
   * @param id the dead item's
   * @return false when there is no such dead item any more
   * @throws io.coord.core.UnavailableException when no member answered in time; nothing was done
   * @throws InterruptedException when the thread is interrupted while it waits; it may be done
   */
  public boolean drop(String id) throws InterruptedException {
    return Futures.await(shared.drop(id));
  }

  /**
   * Does what {@link #drop(String)} does, without blocking. Dependent actions run on the
   * connection's callback executor.
   *
   * @param id the dead item's
   * @return gives false when there is no such dead item any more
   */
  public CompletableFuture<Boolean> dropAsync(String id) {
    return Futures.publish(shared.drop(id), coord.callbacks(), done -> {});
  }

  /** The session may have ended since the answer came, while this process was stopped. */
  Claim<T> claimed(Item item) {
    Optional<RuntimeException> over = session.ended();
    if (over.isPresent()) {
      throw over.get();
    }
    try {
      return new Claim<>(session, claims, item, codec);
    } catch (UndecodableItemException e) {
      String reason = String.valueOf(e.getMessage());
      CompletableFuture<Void> unused = claims.endAtLast(() -> claims.nack(item, reason));
      throw e;
    }
  }

  @Override
  public String toString() {
    return "WorkQueue[" + name + "]";
  }
}
