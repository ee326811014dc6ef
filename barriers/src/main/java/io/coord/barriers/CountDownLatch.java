package io.coord.barriers;

import io.coord.barriers.internal.Counter;
import io.coord.barriers.internal.Counters;
import io.coord.barriers.internal.Passage;
import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Names;
import io.coord.core.internal.Timeouts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A count of what is still to be done, in all processes that use the same etcd, and a wait until
 * nothing is: Go's WaitGroup, across machines.
 *
 * <pre>{@code
 * CountDownLatch latch = CountDownLatch.of(coord, "import");
 * latch.add(files.size());      // before the workers are told
 * ...
 * latch.countDown();            // each worker, when it is done with a file
 * ...
 * latch.await();                // whoever needs all of them
 * }</pre>
 *
 * <p>A count of 0 lets everybody pass, so add before anybody waits; it may be added to again later.
 * Every change counts exactly once, though its answer be lost; one that is reported as failed does
 * not count. The count belongs to nobody: a worker that dies without counting down leaves it as it
 * is. Cheap to make: it needs no closing. Safe to share between threads.
 */
public final class CountDownLatch {

  private final CoordRuntime coord;
  private final String name;
  private final Bytes key;
  private final Counter counter;

  private CountDownLatch(CoordRuntime coord, String name) {
    this.coord = coord;
    this.name = Names.check("latch", name);
    this.key = Bytes.utf8(name);
    this.counter = Counters.of(coord).get(key);
  }

  /**
   * Names a latch. Does not block; nothing is written.
   *
   * @param coord the connection
   * @param name the name, which is also its key; any text without NUL that is not empty
   * @return the latch
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static CountDownLatch of(Coord coord, String name) {
    return new CountDownLatch(CoordRuntime.of(coord), name);
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
   * Reads the count. Blocks for one round trip, at most the request timeout.
   *
   * @return how much is still to be done; 0 lets everybody pass
   * @throws IllegalStateException when the key holds something else than a count
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public long count() throws InterruptedException {
    return Futures.await(counter.read());
  }

  /**
   * Does what {@link #count()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the count
   */
  public CompletableFuture<Long> countAsync() {
    return Futures.publish(counter.read(), coord.callbacks(), count -> {});
  }

  /**
   * Raises the count. Blocks for two round trips, and one more for every change of other processes
   * that comes between; changes of this connection that come while one is under way share the next
   * transaction. One or two more when the connection has no marker free, by which a lost answer is
   * made up for: at its first change. Longer only while a lost answer is being resolved.
   *
   * @param more by how much; 1 or more
   * @return the count after it
   * @throws IllegalArgumentException when that is less than 1
   * @throws IllegalStateException when the key holds something else than a count
   * @throws io.coord.core.UnavailableException when no member answered in time; nothing was added
   * @throws io.coord.core.OutcomeUnknownException when the answer was lost, and what became of it
   *     could not be found out before a lease of the connection ended, or the connection was closed
   * @throws io.coord.core.ClosedException when the connection is closed; nothing was added
   * @throws InterruptedException when the thread is interrupted while it waits; it may be added
   */
  public long add(long more) throws InterruptedException {
    return Futures.await(counter.change(positive(more)));
  }

  /**
   * Does what {@link #add} does, without blocking. Cancelling the future undoes nothing. Dependent
   * actions run on the connection's callback executor.
   *
   * @param more by how much; 1 or more
   * @return gives the count after it
   * @throws IllegalArgumentException when that is less than 1
   */
  public CompletableFuture<Long> addAsync(long more) {
    return Futures.publish(counter.change(positive(more)), coord.callbacks(), count -> {});
  }

  /**
   * Lowers the count by one. At 0 all that wait go on, and no key remains. Blocks as {@link #add}
   * does, and fails likewise.
   *
   * @return the count after it
   * @throws IllegalStateException when the count is 0 already, which means that somebody counted
   *     down what was never added
   * @throws InterruptedException when the thread is interrupted while it waits; it may be counted
   */
  public long countDown() throws InterruptedException {
    return Futures.await(counter.change(-1));
  }

  /**
   * Does what {@link #countDown()} does, without blocking. Cancelling the future undoes nothing.
   * Dependent actions run on the connection's callback executor.
   *
   * @return gives the count after it
   */
  public CompletableFuture<Long> countDownAsync() {
    return Futures.publish(counter.change(-1), coord.callbacks(), count -> {});
  }

  /**
   * Waits until the count is 0. Blocks until then: one round trip when it is 0 now. Goes on when it
   * was 0, though it be added to again right away. Writes nothing.
   *
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public void await() throws InterruptedException {
    boolean unused = Passage.await(coord, key, Optional.empty());
  }

  /**
   * Waits until the count is 0, but no longer than a time.
   *
   * @param timeout how long; zero looks once
   * @return whether the count was seen to be 0; false when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   * @throws io.coord.core.UnavailableException when the timeout is zero and no member answered
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public boolean await(Duration timeout) throws InterruptedException {
    return Passage.await(coord, key, Optional.of(Timeouts.check(timeout)));
  }

  /**
   * Does what {@link #await()} does, without blocking. Cancelling the future ends the wait.
   * Dependent actions run on the connection's callback executor.
   *
   * @return completes when the count is 0
   */
  public CompletableFuture<Void> awaitAsync() {
    return Passage.published(coord, key);
  }

  /**
   * Does what {@link #await(Duration)} does, without blocking. Cancelling the future ends the wait.
   * Dependent actions run on the connection's callback executor.
   *
   * @param timeout how long; zero looks once
   * @return gives whether the count was seen to be 0
   * @throws IllegalArgumentException when the timeout is negative
   */
  public CompletableFuture<Boolean> awaitAsync(Duration timeout) {
    Optional<Duration> bound = Optional.of(Timeouts.check(timeout));
    return Futures.publish(Passage.begin(coord, key, bound), coord.callbacks(), passed -> {});
  }

  private static long positive(long more) {
    if (more < 1) {
      throw new IllegalArgumentException("cannot add " + more + " to a latch; expected 1 or more");
    }
    return more;
  }

  @Override
  public String toString() {
    return "CountDownLatch[" + name + "]";
  }
}
