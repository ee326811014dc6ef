package io.coord.locks;

import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Names;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.LineReader;
import io.coord.locks.internal.PermitAdmission;
import io.coord.locks.internal.PermitQueue;
import io.coord.locks.internal.ReadWriteAdmission;
import io.coord.locks.internal.ReadWriteQueue;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Who holds a lock and who waits for it, for those who do neither: people and monitoring. Writes
 * nothing, and needs no session and no more than the permission to read. Cheap to make: it holds
 * nothing, and needs no closing. Safe to share between threads.
 */
public final class LockView {

  /** Without the key that says how many permits there are, one is certain. */
  private static final int CERTAIN = 1;

  private final CoordRuntime coord;
  private final String name;
  private final Bytes prefix;
  private final Admission admission;
  private final Function<List<Contender>, LockQueue> meaning;

  private LockView(
      CoordRuntime coord,
      String name,
      Bytes prefix,
      Admission admission,
      Function<List<Contender>, LockQueue> meaning) {
    this.coord = coord;
    this.name = name;
    this.prefix = prefix;
    this.admission = admission;
    this.meaning = meaning;
  }

  /**
   * Names a {@link Mutex} to look at, be it used by a {@link Locker}, a {@link MultiLock} or a
   * client of another kind. Does not block; nothing is read.
   *
   * @param coord the connection to read through
   * @param name the name; any text without NUL that is not empty
   * @return the view
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static LockView ofMutex(Coord coord, String name) {
    return ofMutex(CoordRuntime.of(coord), name);
  }

  /**
   * Names an {@link RWMutex} to look at. The key of each who holds or waits says on which side:
   * {@code name/read/...} or {@code name/write/...}. Does not block; nothing is read.
   *
   * @param coord the connection to read through
   * @param name the name; any text without NUL that is not empty
   * @return the view
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static LockView ofRWMutex(Coord coord, String name) {
    return ofRWMutex(CoordRuntime.of(coord), name);
  }

  /**
   * Names a {@link Semaphore} to look at. The key of each who holds or waits says how many permits:
   * {@code name/holder/permits/...}. Does not block; nothing is read.
   *
   * @param coord the connection to read through
   * @param name the name; any text without NUL that is not empty
   * @return the view
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static LockView ofSemaphore(Coord coord, String name) {
    return ofSemaphore(CoordRuntime.of(coord), name, CERTAIN);
  }

  static LockView ofMutex(CoordRuntime coord, String name) {
    Bytes prefix = Names.prefix("mutex", name);
    return new LockView(coord, name, prefix, Admission.FIRST, LockView::firstHolds);
  }

  static LockView ofRWMutex(CoordRuntime coord, String name) {
    Bytes prefix = Names.prefix("read-write mutex", name);
    ReadWriteAdmission admission = new ReadWriteAdmission(prefix.length());
    return new LockView(coord, name, prefix, admission, new ReadWriteQueue(admission)::of);
  }

  /**
   * Names a semaphore.
   *
   * @param atLeast a number of permits that there surely are
   */
  static LockView ofSemaphore(CoordRuntime coord, String name, int atLeast) {
    Bytes prefix = Names.prefix("semaphore", name);
    PermitAdmission admission = new PermitAdmission(prefix.length(), atLeast);
    return new LockView(coord, name, prefix, admission, new PermitQueue(admission)::of);
  }

  private static LockQueue firstHolds(List<Contender> line) {
    int holders = Math.min(1, line.size());
    return new LockQueue(line.subList(0, holders), line.subList(holders, line.size()));
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
   * Reads who holds the lock and who waits for it, whatever client they use. Blocks for two round
   * trips, at most the request timeout each. What is read may be over when it is returned.
   *
   * @return the queue
   * @throws io.coord.core.UnavailableException when no member of the cluster answered in time
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public LockQueue queue() throws InterruptedException {
    return Futures.await(read());
  }

  /**
   * Does what {@link #queue()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives the queue, or fails as {@link #queue()} does
   */
  public CompletableFuture<LockQueue> queueAsync() {
    return Futures.publish(read(), coord.callbacks(), tooLate -> {});
  }

  private CompletableFuture<LockQueue> read() {
    return new LineReader(coord.store()).read(prefix, admission).thenApply(meaning);
  }

  @Override
  public String toString() {
    return "LockView[" + name + "]";
  }
}
