package io.coord.barriers;

import io.coord.barriers.internal.Gate;
import io.coord.barriers.internal.Passage;
import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Names;
import io.coord.core.internal.Timeouts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A barrier that holds up whoever comes to it, in all processes that use the same etcd, until
 * somebody releases it. Shares its key with etcd's own Go recipe of that name.
 *
 * <pre>{@code
 * operator  hold()|================ held ================|release()
 * worker 1            await()|------- waits -------------|-> goes on
 * worker 2                         await()|-- waits -----|-> goes on
 * worker 3                                                   await() returns at once
 * }</pre>
 *
 * <p>It belongs to nobody: anyone may release it, and it stays held when whoever held it dies. Made
 * freely: it needs no closing. Safe to share between threads.
 */
public final class Barrier {

  private final CoordRuntime coord;
  private final String name;
  private final Bytes key;
  private final Gate gate;

  private Barrier(CoordRuntime coord, String name) {
    this.coord = coord;
    this.name = Names.check("barrier", name);
    this.key = Bytes.utf8(name);
    this.gate = new Gate(coord, key);
  }

  /**
   * Names a barrier. Does not block; nothing is written.
   *
   * @param coord the connection
   * @param name the name, which is also its key; any text without NUL that is not empty
   * @return the barrier
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static Barrier of(Coord coord, String name) {
    return new Barrier(CoordRuntime.of(coord), name);
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
   * Holds the barrier. Blocks for one round trip; for up to two more when the connection has no
   * marker free, by which a lost answer is made up for: when it is the first hold, or others are
   * under way. Longer only while a lost answer is being resolved.
   *
   * @throws BarrierHeldException when it is held already
   * @throws io.coord.core.UnavailableException when no member answered in time; it is not held
   * @throws io.coord.core.OutcomeUnknownException when the answer was lost, and what became of it
   *     could not be found out before a lease of the connection ended, or the connection was closed
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws io.coord.core.ClosedException when the connection is closed; it is not held
   * @throws InterruptedException when the thread is interrupted while it waits; the barrier may be
   *     held
   */
  public void hold() throws InterruptedException {
    Futures.await(gate.hold());
  }

  /**
   * Does what {@link #hold()} does, without blocking. Cancelling the future undoes nothing.
   * Dependent actions run on the connection's callback executor.
   *
   * @return completes when the barrier is held, or fails as {@link #hold()} does
   */
  public CompletableFuture<Void> holdAsync() {
    return Futures.publish(gate.hold(), coord.callbacks(), held -> {});
  }

  /**
   * Releases the barrier, whoever held it: all that wait go on. Does nothing when it is not held.
   * Blocks for one round trip if this object held it, else for two. It releases one hold at most,
   * though its answer be lost, and never what somebody holds afterwards. When it fails it may be
   * repeated, which releases what is held then.
   *
   * @throws io.coord.core.UnavailableException when no member answered in time; it may be released
   *     or not
   * @throws io.coord.core.OutcomeUnknownException when the answer was lost, and somebody else holds
   *     the barrier by now: what this object held is released, and the hold of the other stands,
   *     for nobody can tell whether it began before or after that
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits; the barrier may be
   *     released
   */
  public void release() throws InterruptedException {
    Futures.await(gate.release());
  }

  /**
   * Does what {@link #release()} does, without blocking. Cancelling the future undoes nothing.
   * Dependent actions run on the connection's callback executor.
   *
   * @return completes when the barrier is released, or fails as {@link #release()} does
   */
  public CompletableFuture<Void> releaseAsync() {
    return Futures.publish(gate.release(), coord.callbacks(), released -> {});
  }

  /**
   * Reads who holds the barrier, for people and for monitoring. Blocks for one round trip, at most
   * the request timeout. Writes nothing.
   *
   * @return who put its key, when, and at which revision; without a time and a name when it was no
   *     Coord; empty when the barrier is not held
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public Optional<Contender> holder() throws InterruptedException {
    return Futures.await(gate.holder());
  }

  /**
   * Does what {@link #holder()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives who holds the barrier, or nothing
   */
  public CompletableFuture<Optional<Contender>> holderAsync() {
    return Futures.publish(gate.holder(), coord.callbacks(), holder -> {});
  }

  /**
   * Waits until the barrier is not held. Blocks until then: one round trip when it is not held now.
   * Goes on when it is released, though it be held again right away. Writes nothing.
   *
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public void await() throws InterruptedException {
    boolean unused = Passage.await(coord, key, Optional.empty());
  }

  /**
   * Waits until the barrier is not held, but no longer than a time.
   *
   * @param timeout how long; zero looks once
   * @return whether it was seen not to be held; false when the time is over
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
   * @return completes when the barrier is not held
   */
  public CompletableFuture<Void> awaitAsync() {
    return Passage.published(coord, key);
  }

  /**
   * Does what {@link #await(Duration)} does, without blocking. Cancelling the future ends the wait.
   * Dependent actions run on the connection's callback executor.
   *
   * @param timeout how long; zero looks once
   * @return gives whether the barrier was seen not to be held
   * @throws IllegalArgumentException when the timeout is negative
   */
  public CompletableFuture<Boolean> awaitAsync(Duration timeout) {
    Optional<Duration> bound = Optional.of(Timeouts.check(timeout));
    return Futures.publish(Passage.begin(coord, key, bound), coord.callbacks(), passed -> {});
  }

  @Override
  public String toString() {
    return "Barrier[" + name + "]";
  }
}
