package io.coord.locks;

import io.coord.core.Bytes;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Names;
import io.coord.core.internal.Timeouts;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.locks.internal.Acquisition;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Several mutexes that are locked together: all of them or none.
 *
 * <pre>{@code
 * MultiLock both = MultiLock.of(session, "accounts/" + from, "accounts/" + to);
 * try (MultiHold hold = both.lock()) {
 *   hold.guard(coord.transaction()).put(...).commit();
 * }
 * }</pre>
 *
 * <p>They are locked one after the other in the order of their keys, whatever the order in which
 * they were named, so two callers never wait for each other in a circle:
 *
 * <pre>
 *   of("b", "a")  |- a -|- b -| both held ====|
 *   of("a", "b")  |- a ......................... waits, holds nothing ...|- a -|- b -| both held
 * </pre>
 *
 * <p>That holds among multi-locks. Code that holds one lock while it waits for another by itself
 * has to keep the same order. While a caller waits for a later lock it holds the earlier ones.
 *
 * <p>Each is a {@link Mutex} of its name, and excludes others of that name. Not reentrant. Made
 * freely: it holds nothing, and needs no closing. Safe to share between threads.
 */
public final class MultiLock {

  private final CoordRuntime coord;
  private final Map<String, Mutex> mutexes;

  private MultiLock(CoordRuntime coord, Map<String, Mutex> mutexes) {
    this.coord = coord;
    this.mutexes = mutexes;
  }

  /**
   * Names the locks. Does not block; nothing is written.
   *
   * @param session what the holds are bound to: when it ends, they are lost
   * @param names the names, at least one; any texts without NUL that are not empty. One that is
   *     given twice is locked once
   * @return the locks
   * @throws IllegalArgumentException when there is no name, or one breaks the rule
   */
  public static MultiLock of(Session session, Collection<String> names) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("no names of locks were given; expected at least one");
    }
    Map<Bytes, String> byKey = new TreeMap<>();
    names.forEach(name -> byKey.put(Names.prefix("mutex", name), name));
    Map<String, Mutex> mutexes = new LinkedHashMap<>();
    byKey.values().forEach(name -> mutexes.put(name, Mutex.of(session, name)));
    return new MultiLock(LeaseSession.of(session).runtime(), mutexes);
  }

  /**
   * Does what {@link #of(Session, Collection)} does.
   *
   * @param session what the holds are bound to
   * @param names the names, at least one
   * @return the locks
   * @throws IllegalArgumentException when there is no name, or one breaks the rule
   */
  public static MultiLock of(Session session, String... names) {
    return of(session, Arrays.asList(names));
  }

  /**
   * Returns the names, each once.
   *
   * @return the names in the order in which they are locked
   */
  public List<String> names() {
    return List.copyOf(mutexes.keySet());
  }

  /**
   * Waits for all locks. Blocks until the last is granted: one round trip for each when they are
   * free.
   *
   * @return the holds, which the caller closes
   * @throws io.coord.core.SessionLostException when the session is lost, before or meanwhile
   * @throws io.coord.core.ClosedException when the session or the connection is closed
   * @throws io.coord.core.KeyDeletedException when somebody deleted the key of the wait, or of a
   *     lock that was granted already; what else was granted is released
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws InterruptedException when the thread is interrupted; then no key remains, if etcd can
   *     be reached within a second, else until it can or the lease expires
   */
  public MultiHold lock() throws InterruptedException {
    return new MultiHold(named(Acquisition.forever(coord, lines()).await().orElseThrow()));
  }

  /**
   * Does what {@link #lock()} does, without blocking. Dependent actions run on the connection's
   * callback executor. Cancelling the future ends the wait and deletes all keys; what is granted at
   * the same moment is released.
   *
   * @return gives the holds, or fails as {@link #lock()} does
   */
  public CompletableFuture<MultiHold> lockAsync() {
    return Acquisition.forever(coord, lines())
        .publish(holds -> new MultiHold(named(holds.orElseThrow())));
  }

  /**
   * Takes all locks if nobody has one of them or waits for it. Blocks for one round trip each, at
   * most for the request timeout and a second.
   *
   * @return the holds, which the caller closes; empty when one is taken, and then no key remains
   * @throws io.coord.core.UnavailableException when etcd did not say within the request timeout
   *     whether they are taken
   * @throws io.coord.core.CoordException otherwise as {@link #lock()}
   * @throws InterruptedException when the thread is interrupted, as with {@link #lock()}
   */
  public Optional<MultiHold> tryLock() throws InterruptedException {
    return multiHold(Acquisition.notAtAll(coord, lines()).await());
  }

  /**
   * Does what {@link #tryLock()} does, without blocking. Dependent actions run on the connection's
   * callback executor. Cancelling the future is like with {@link #lockAsync()}.
   *
   * @return gives the holds, or nothing when one is taken; fails as {@link #tryLock()} does
   */
  public CompletableFuture<Optional<MultiHold>> tryLockAsync() {
    return Acquisition.notAtAll(coord, lines()).publish(this::multiHold);
  }

  /**
   * Waits for all locks, but no longer than a time for all together, and then one round trip more
   * to delete the keys: at most a second, after which the deletion goes on by itself.
   *
   * @param timeout how long to wait; zero is like {@link #tryLock()}
   * @return the holds, which the caller closes; empty when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   * @throws io.coord.core.CoordException as {@link #lock()}
   * @throws InterruptedException when the thread is interrupted, as with {@link #lock()}
   */
  public Optional<MultiHold> tryLock(Duration timeout) throws InterruptedException {
    return multiHold(within(Timeouts.check(timeout)).await());
  }

  /**
   * Does what {@link #tryLock(Duration)} does, without blocking. Dependent actions run on the
   * connection's callback executor. Cancelling the future is like the end of the time.
   *
   * @param timeout how long to wait; zero is like {@link #tryLockAsync()}
   * @return gives the holds, or nothing when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   */
  public CompletableFuture<Optional<MultiHold>> tryLockAsync(Duration timeout) {
    return within(Timeouts.check(timeout)).publish(this::multiHold);
  }

  private Acquisition within(Duration bound) {
    return bound.isZero()
        ? Acquisition.notAtAll(coord, lines())
        : Acquisition.atMost(coord, lines(), bound);
  }

  private List<Supplier<Ticket>> lines() {
    return mutexes.values().stream().<Supplier<Ticket>>map(mutex -> mutex::join).toList();
  }

  private Optional<MultiHold> multiHold(Optional<List<LockHold>> holds) {
    return holds.map(all -> new MultiHold(named(all)));
  }

  private Map<String, LockHold> named(List<LockHold> holds) {
    Map<String, LockHold> named = new LinkedHashMap<>();
    int i = 0;
    for (String name : mutexes.keySet()) {
      named.put(name, holds.get(i++));
    }
    return named;
  }

  @Override
  public String toString() {
    return "MultiLock" + mutexes.keySet();
  }
}
