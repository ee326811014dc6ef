package io.coord.locks;

import io.coord.core.Bytes;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Names;
import io.coord.core.internal.Timeouts;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Signature;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.locks.internal.Maximum;
import io.coord.locks.internal.PermitAdmission;
import io.coord.locks.internal.TicketPermits;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Permits, of which no more than a maximum are given out at a time, over all processes that use the
 * same etcd. First come, first served: a request waits for those before it, also when it asks for
 * less than they do.
 *
 * <pre>{@code
 * Semaphore semaphore = Semaphore.of(session, "downloads", 10);
 * try (PermitHold hold = semaphore.acquire(2)) {
 *   download();
 * }
 * }</pre>
 *
 * <p>The maximum is agreed through etcd: the first client to acquire puts it there, and one that
 * comes with another number fails with {@link MaximumMismatchException}. It can be raised ({@link
 * #raiseMaximum(int)}), which lets those in who now fit; clients that are at work go on, and those
 * that start must bring the new number. It is lowered by stopping all clients and deleting the key
 * {@code name/limit/...}.
 *
 * <p>Permits belong to the hold, not to a thread, and come back when the hold is released or its
 * session ends. Cheap to make: it holds nothing, and needs no closing. Safe to share between
 * threads.
 */
public final class Semaphore {

  private final LeaseSession session;
  private final CoordRuntime coord;
  private final String name;
  private final Bytes prefix;
  private final int given;
  private final Maximum maximum;

  private Semaphore(LeaseSession session, String name, int given) {
    this.session = session;
    this.coord = session.runtime();
    this.name = name;
    this.prefix = Names.prefix("semaphore", name);
    this.given = given;
    this.maximum = new Maximum(coord, name, prefix, given);
  }

  /**
   * Names a semaphore. Does not block; nothing is written.
   *
   * @param session what its holds are bound to: when it ends, they are lost
   * @param name the name; any text without NUL that is not empty
   * @param maximum how many permits there are; the same in every client
   * @return the semaphore
   * @throws IllegalArgumentException when the name breaks the rule, or the maximum is less than one
   */
  public static Semaphore of(Session session, String name, int maximum) {
    Names.check("semaphore", name);
    return new Semaphore(LeaseSession.of(session), name, positive("maximum", maximum));
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
   * Returns what the keys of the semaphore begin with.
   *
   * @return the name and a slash, without the connection's namespace
   */
  public String key() {
    return prefix.utf8();
  }

  /**
   * Waits for permits. Blocks until they are granted: one round trip when there are enough, and one
   * more with the first acquisition of this object, which asks for the maximum.
   *
   * @param permits how many; no more than the maximum
   * @return the hold, which the caller closes
   * @throws IllegalArgumentException when less than one is asked for, or more than the maximum
   * @throws MaximumMismatchException when the clients do not agree on the maximum
   * @throws io.coord.core.UnavailableException when no member said in time what the maximum is
   * @throws io.coord.core.SessionLostException when the session is lost, before or meanwhile
   * @throws io.coord.core.ClosedException when the session or the connection is closed
   * @throws io.coord.core.KeyDeletedException when somebody deleted the key of this wait
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws InterruptedException when the thread is interrupted; then no key of the wait remains,
   *     if etcd can be reached within a second, else until it can or the lease expires
   */
  public PermitHold acquire(int permits) throws InterruptedException {
    return asking(permits, Futures.await(admitting(permits))).lock();
  }

  /**
   * Does what {@link #acquire(int)} does, without blocking. Dependent actions run on the
   * connection's callback executor. Cancelling the future ends the wait and deletes its key; a
   * grant that comes at the same moment is released.
   *
   * @param permits how many; no more than the maximum
   * @return gives the hold, or fails as {@link #acquire(int)} does
   */
  public CompletableFuture<PermitHold> acquireAsync(int permits) {
    return begin(permits, LockSide::lockAsync, Semaphore::releaseTooLate);
  }

  /**
   * Takes permits if there are enough and nobody waits. Blocks for one round trip; for two or three
   * when it would have to wait; and one more with the first acquisition of this object.
   *
   * @param permits how many; no more than the maximum
   * @return the hold, which the caller closes; empty when it would have to wait, and then no key of
   *     the try remains
   * @throws IllegalArgumentException as {@link #acquire(int)}
   * @throws io.coord.core.UnavailableException when etcd did not say in time whether there are
   *     enough
   * @throws io.coord.core.CoordException otherwise as {@link #acquire(int)}
   * @throws InterruptedException when the thread is interrupted, as with {@link #acquire(int)}
   */
  public Optional<PermitHold> tryAcquire(int permits) throws InterruptedException {
    return asking(permits, Futures.await(admitting(permits))).tryLock();
  }

  /**
   * Does what {@link #tryAcquire(int)} does, without blocking. Dependent actions run on the
   * connection's callback executor. Cancelling the future deletes the key; a grant that comes at
   * the same moment is released.
   *
   * @param permits how many; no more than the maximum
   * @return gives the hold, or nothing when it would have to wait; fails as {@link
   *     #tryAcquire(int)} does
   */
  public CompletableFuture<Optional<PermitHold>> tryAcquireAsync(int permits) {
    return begin(
        permits, LockSide::tryLockAsync, late -> late.ifPresent(Semaphore::releaseTooLate));
  }

  /**
   * Waits for permits, but no longer than a time, and then one round trip more to delete the key of
   * the wait. The first acquisition of this object asks for the maximum before the time begins.
   *
   * @param permits how many; no more than the maximum
   * @param timeout how long to wait; zero is like {@link #tryAcquire(int)}
   * @return the hold, which the caller closes; empty when the time is over
   * @throws IllegalArgumentException as {@link #acquire(int)}, and when the timeout is negative
   * @throws io.coord.core.CoordException as {@link #acquire(int)}
   * @throws InterruptedException when the thread is interrupted, as with {@link #acquire(int)}
   */
  public Optional<PermitHold> tryAcquire(int permits, Duration timeout)
      throws InterruptedException {
    Duration bound = Timeouts.check(timeout);
    return asking(permits, Futures.await(admitting(permits))).tryLock(bound);
  }

  /**
   * Does what {@link #tryAcquire(int, Duration)} does, without blocking. Dependent actions run on
   * the connection's callback executor. Cancelling the future is like the end of the time.
   *
   * @param permits how many; no more than the maximum
   * @param timeout how long to wait; zero is like {@link #tryAcquireAsync(int)}
   * @return gives the hold, or nothing when the time is over
   * @throws IllegalArgumentException when less than one is asked for, or the timeout is negative
   */
  public CompletableFuture<Optional<PermitHold>> tryAcquireAsync(int permits, Duration timeout) {
    Duration bound = Timeouts.check(timeout);
    return begin(
        permits,
        side -> side.tryLockAsync(bound),
        late -> late.ifPresent(Semaphore::releaseTooLate));
  }

  /**
   * Reads the maximum from etcd. Blocks for one round trip, at most the request timeout.
   *
   * @return the maximum; empty when nobody has acquired yet
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public OptionalInt maximum() throws InterruptedException {
    return Futures.await(maximum.read());
  }

  /**
   * Does what {@link #maximum()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the maximum, or fails as {@link #maximum()} does
   */
  public CompletableFuture<OptionalInt> maximumAsync() {
    return Futures.publish(maximum.read(), coord.callbacks(), tooLate -> {});
  }

  /**
   * Raises the maximum for all clients; those who wait and now fit are let in. Blocks for three
   * round trips, at most the request timeout each. Safe to repeat: does nothing when it is that
   * already.
   *
   * @param to the new maximum
   * @throws IllegalArgumentException when it is greater already, or less than one is given
   * @throws io.coord.core.UnavailableException when no member answered in time; it may have been
   *     raised
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws InterruptedException when the thread is interrupted; it may have been raised
   */
  public void raiseMaximum(int to) throws InterruptedException {
    int unused = Futures.await(maximum.raise(positive("maximum", to)));
  }

  /**
   * Does what {@link #raiseMaximum(int)} does, without blocking. Dependent actions run on the
   * connection's callback executor.
   *
   * @param to the new maximum
   * @return completes with the maximum in etcd, or fails as {@link #raiseMaximum(int)} does
   * @throws IllegalArgumentException when less than one is given
   */
  public CompletableFuture<Integer> raiseMaximumAsync(int to) {
    return Futures.publish(
        maximum.raise(positive("maximum", to)), coord.callbacks(), tooLate -> {});
  }

  /**
   * Reads who holds permits and who waits for some; the key of each says how many: {@code
   * name/holder/permits/...}. Blocks for two round trips, at most the request timeout each. What is
   * read may be over when it is returned.
   *
   * @return the queue
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public LockQueue queue() throws InterruptedException {
    return view().queue();
  }

  /**
   * Does what {@link #queue()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the queue, or fails as {@link #queue()} does
   */
  public CompletableFuture<LockQueue> queueAsync() {
    return view().queueAsync();
  }

  private LockView view() {
    return LockView.ofSemaphore(coord, name, maximum.known().orElse(given));
  }

  private CompletableFuture<Integer> admitting(int permits) {
    int wanted = positive("number of permits", permits);
    return session
        .ended()
        .map(CompletableFuture::<Integer>failedFuture)
        .orElseGet(() -> maximum.admitting(wanted));
  }

  /** Cancelling what it gives ends whatever is under way; what comes too late is undone. */
  private <T> CompletableFuture<T> begin(
      int permits, Function<LockSide<PermitHold>, CompletableFuture<T>> way, Consumer<T> undo) {
    CompletableFuture<T> theirs = new CompletableFuture<>();
    Futures.onDone(
        admitting(permits),
        agreed -> {
          if (!theirs.isDone()) {
            follow(way.apply(asking(permits, agreed)), theirs, undo);
          }
        },
        failure ->
            Futures.callBack(coord.callbacks(), () -> theirs.completeExceptionally(failure)));
    return theirs;
  }

  private static <T> void follow(
      CompletableFuture<T> attempt, CompletableFuture<T> theirs, Consumer<T> undo) {
    Futures.onDone(
        attempt,
        value -> {
          if (!theirs.complete(value)) {
            undo.accept(value);
          }
        },
        theirs::completeExceptionally);
    Futures.onDone(theirs, value -> attempt.cancel(true), failure -> attempt.cancel(true));
  }

  private static void releaseTooLate(PermitHold late) {
    CompletableFuture<Release> unused = late.releaseAsync();
  }

  private LockSide<PermitHold> asking(int permits, int agreed) {
    return new LockSide<>(
        coord,
        () -> join(permits, admission(agreed)),
        (ticket, grant) -> new TicketPermits(ticket, grant, permits));
  }

  private Ticket join(int permits, PermitAdmission admission) {
    Bytes under = prefix.concat(PermitAdmission.HOLDER).concat(Bytes.utf8(permits + "/"));
    Bytes value = Signature.now(coord).encode();
    return coord.lines().join(prefix, admission, under, session, value, Handover.AT_ONCE);
  }

  private PermitAdmission admission(int agreed) {
    return new PermitAdmission(prefix.length(), agreed);
  }

  private static int positive(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "the " + what + " is " + number + "; expected one or more");
    }
    return number;
  }

  @Override
  public String toString() {
    return "Semaphore[" + name + ", " + maximum.known().orElse(given) + " permits]";
  }
}
