package io.coord.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A connection to an etcd cluster, on which sessions are opened and primitives are built.
 *
 * <pre>{@code
 * try (Coord coord = Coord.connect("http://127.0.0.1:2379");
 *     Session session = coord.openSession(Duration.ofSeconds(10))) {
 *   ...
 * }
 * }</pre>
 *
 * <p>One connection serves a whole process. It has one thread for input and output, however many
 * sessions, locks and waiters there are, and a few more while callbacks run. Closing it ends them,
 * and everything that was opened on it. Safe to share between threads.
 */
public interface Coord extends AutoCloseable {

  /**
   * Opens a connection with default settings. Blocks until a member has answered, for at most 10
   * seconds.
   *
   * @param endpoints the members, as {@link Endpoint#parse} reads them
   * @return the connection, which the caller closes
   * @throws UnavailableException when no member answered in time, naming the endpoints
   * @throws AuthenticationException when a certificate was not accepted
   * @throws IllegalArgumentException when an endpoint is malformed or none is given
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  static Coord connect(String... endpoints) throws InterruptedException {
    return builder().endpoints(endpoints).connect();
  }

  /**
   * Begins a connection with settings of its own.
   *
   * @return an empty builder
   */
  static CoordBuilder builder() {
    return new CoordBuilder();
  }

  /**
   * Returns the settings of this connection.
   *
   * @return the settings
   */
  CoordConfig config();

  /**
   * Opens a session with the default time to live. Blocks as {@link #openSession(Duration)} does.
   *
   * @return the session, which the caller closes
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  default Session openSession() throws InterruptedException {
    return openSession(config().sessionTtl());
  }

  /**
   * Opens a session: a new lease that is kept alive until the session is closed, orphaned or lost.
   * Blocks for one round trip, at most the request timeout. When it fails or is interrupted, no
   * lease remains beyond its time to live.
   *
   * @param ttl the time to live: whole seconds, from 1 to 9,000,000,000; etcd may grant more
   * @return the session, which the caller closes
   * @throws IllegalArgumentException when etcd could not grant the time to live
   * @throws UnavailableException when no member answered in time
   * @throws ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  Session openSession(Duration ttl) throws InterruptedException;

  /**
   * Does what {@link #openSession(Duration)} does, without blocking. Cancelling the future revokes
   * the lease if it has been granted.
   *
   * @param ttl the time to live
   * @return gives the session
   * @throws IllegalArgumentException when etcd could not grant the time to live
   */
  CompletableFuture<Session> openSessionAsync(Duration ttl);

  /**
   * Continues a lease that exists: one that was orphaned, or that another process handed over by
   * giving its number away ({@link Session#leaseId()}). From then on the new session keeps it
   * alive, and closing it revokes it. Blocks for one round trip, at most the request timeout.
   *
   * <p>A number that was found in another way, by listing who holds a lock say, must be that of a
   * process which has ended. One that was only stopped revokes the lease of its lost session when
   * it goes on.
   *
   * @param leaseId the lease's number
   * @return the session, which the caller closes
   * @throws SessionLostException when etcd has no such lease
   * @throws UnavailableException when no member answered in time
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  Session takeOverSession(long leaseId) throws InterruptedException;

  /**
   * Does what {@link #takeOverSession(long)} does, without blocking. Cancelling the future leaves
   * the lease to itself again.
   *
   * @param leaseId the lease's number
   * @return gives the session
   */
  CompletableFuture<Session> takeOverSessionAsync(long leaseId);

  /**
   * Begins a transaction of writes that depend on what is held. Does not block; nothing is sent
   * before its {@code commit}.
   *
   * @return a transaction without conditions and writes
   */
  WriteTransaction transaction();

  /**
   * Closes every session that is still open, which revokes their leases, and then the connection:
   * all of its threads, timers and streams end, and every pending future is completed. What lost
   * sessions have left in etcd is revoked, too, if that takes no longer than a second. Blocks for
   * at most the request timeout, even when no member answers. Idempotent; never throws; not
   * interruptible, but the thread's interrupt status is kept.
   */
  @Override
  void close();
}
