package io.coord.locks;

import io.coord.core.Bytes;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Names;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Signature;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.locks.internal.ReadWriteAdmission;
import io.coord.locks.internal.TicketHold;
import io.coord.locks.internal.TicketWriteHold;
import java.util.concurrent.CompletableFuture;

/**
 * A lock that either one writer has or any number of readers, over all processes that use the same
 * etcd. Stands in one line with the read-write mutex of etcd's own Go client.
 *
 * <pre>{@code
 * RWMutex mutex = RWMutex.of(session, "prices");
 * try (LockHold hold = mutex.readLock().lock()) {
 *   read();
 * }
 * try (WriteHold hold = mutex.writeLock().lock()) {
 *   write(hold.fencingToken());
 * }
 * }</pre>
 *
 * <p>Neither reads nor writes have priority. Everybody stands in one line, in the order of arrival;
 * nobody overtakes, so neither side starves: a writer waits for those before it and for nobody
 * after it, and so does a reader.
 *
 * <pre>{@code
 * arrive:  r1  r2  w1  r3  r4  w2
 * hold:    |r1 r2| |w1| |r3 r4| |w2|      time -->
 * }</pre>
 *
 * <p>A write hold can become a read hold ({@link WriteHold#downgrade()}). A read hold cannot become
 * a write hold, for two who wait for each other's read hold would wait for ever: release it, lock
 * the write side, and look again. Whoever waits for the write side while it keeps a read hold of
 * its own waits for itself; holds belong to handles, so this cannot be told here, and {@link
 * LockSide#tryLock(java.time.Duration)} is the way to bound it.
 *
 * <p>Each acquisition has its own key under the session's lease. Not reentrant: a reader that takes
 * a second read hold stands behind the writers that came in between. Cheap to make: it holds
 * nothing, and needs no closing. Safe to share between threads.
 */
public final class RWMutex {

  private final LeaseSession session;
  private final CoordRuntime coord;
  private final String name;
  private final Bytes prefix;
  private final ReadWriteAdmission admission;
  private final LockSide<LockHold> readLock;
  private final LockSide<WriteHold> writeLock;

  private RWMutex(LeaseSession session, String name) {
    this.session = session;
    this.coord = session.runtime();
    this.name = name;
    this.prefix = Names.prefix("read-write mutex", name);
    this.admission = new ReadWriteAdmission(prefix.length());
    this.readLock = new LockSide<>(coord, this::joinAsReader, TicketHold::of);
    this.writeLock =
        new LockSide<>(
            coord,
            this::joinAsWriter,
            (ticket, grant) -> new TicketWriteHold(prefix, admission, ticket, grant));
  }

  /**
   * Names a read-write mutex. Does not block; nothing is written.
   *
   * @param session what its holds are bound to: when it ends, they are lost
   * @param name the name; any text without NUL that is not empty
   * @return the mutex
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static RWMutex of(Session session, String name) {
    return new RWMutex(LeaseSession.of(session), name);
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
   * Returns what the keys of all holders and waiters begin with.
   *
   * @return the name and a slash, without the connection's namespace
   */
  public String key() {
    return prefix.utf8();
  }

  /**
   * Returns the side that any number may hold together. It waits for the writers that came before.
   *
   * @return the read side
   */
  public LockSide<LockHold> readLock() {
    return readLock;
  }

  /**
   * Returns the side that one holds alone. It waits for all that came before.
   *
   * @return the write side
   */
  public LockSide<WriteHold> writeLock() {
    return writeLock;
  }

  /**
   * Reads who holds the lock and who waits for it, whatever client they use. The key of each says
   * on which side: {@code name/read/...} or {@code name/write/...}. Blocks for two round trips, at
   * most the request timeout each. What is read may be over when it is returned.
   *
   * @return the queue
   * @throws io.coord.core.UnavailableException when no member answered in time
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public LockQueue queue() throws InterruptedException {
    return LockView.ofRWMutex(coord, name).queue();
  }

  /**
   * Does what {@link #queue()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the queue, or fails as {@link #queue()} does
   */
  public CompletableFuture<LockQueue> queueAsync() {
    return LockView.ofRWMutex(coord, name).queueAsync();
  }

  private Ticket joinAsReader() {
    Bytes under = prefix.concat(ReadWriteAdmission.READ);
    return coord.lines().join(prefix, admission, under, session, signature(), Handover.AT_ONCE);
  }

  private Ticket joinAsWriter() {
    Bytes under = prefix.concat(ReadWriteAdmission.WRITE);
    Bytes besides = prefix.concat(ReadWriteAdmission.READ);
    return coord.lines().joinWithCompanion(prefix, admission, under, besides, session, signature());
  }

  private Bytes signature() {
    return Signature.now(coord).encode();
  }

  @Override
  public String toString() {
    return "RWMutex[" + name + "]";
  }
}
