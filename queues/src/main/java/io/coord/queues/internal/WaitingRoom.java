package io.coord.queues.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import io.coord.queues.QueueFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Waiting until a bounded queue has room.
 *
 *   OPEN, all try --somebody finds the queue full--> FULL, only who is called tries
 *     '<---- nobody waits, and a probe got in, or nobody waited for a while ----'
 *
 * Room comes as items are acknowledged, or die: keys of what is held are deleted. A watch tells. As many
 * are called as deletions were told, in the order in which they came; if fewer wait, whoever comes next
 * is called at once. Of an item that was given back, a key is deleted, too, and others may have been
 * faster: then who is called finds no room, and waits again, at its old place. Deletions that were told
 * before it was called count no more then: it would have found the room that they made.
 *
 * What the watch does not tell, such as a deletion before it stood, or of what waits, by hand, is found
 * by probing: when the watch stands, and from time to time, the first one is called for nothing; and if
 * it gets in, the next one.
 *
 * Etcd out of reach: all are called, so that all are told when the request timeout is over, and not one
 * after the other. Close: those who wait are told; those who try end with their transactions. The watch
 * and the timer end when nobody has waited for a while, or with the connection.
 */

/** Those of one process who wait for room below one bound of a work queue. */
final class WaitingRoom implements WatchListener {

  /** Somebody who wants to come in. */
  private static final class Waiter {
    private final long number;
    private final Supplier<CompletableFuture<Long>> attempt;
    private final CompletableFuture<Long> enqueued = new CompletableFuture<>();

    /** Its last attempt; guarded by the room's lock, as what follows. */
    private Optional<CompletableFuture<Long>> current = Optional.empty();

    /** How many deletions had been told when that began: it finds the room that they made. */
    private long known;

    Waiter(long number, Supplier<CompletableFuture<Long>> attempt) {
      this.number = number;
      this.attempt = attempt;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(WaitingRoom.class);
  private static final Duration PROBE = Duration.ofSeconds(1);

  private final Store store;
  private final KeyRange held;
  private final ReentrantLock lock = new ReentrantLock();

  /** By their numbers, which rise. */
  @GuardedBy("lock")
  private final TreeMap<Long, Waiter> waiting = new TreeMap<>();

  @GuardedBy("lock")
  private long last;

  @GuardedBy("lock")
  private boolean full;

  /** How many deletions were told. */
  @GuardedBy("lock")
  private long told;

  /** For how many of them nobody was called yet. */
  @GuardedBy("lock")
  private long room;

  @GuardedBy("lock")
  private Optional<Waiter> probing = Optional.empty();

  @GuardedBy("lock")
  private Optional<Watch> watch = Optional.empty();

  @GuardedBy("lock")
  private boolean timerSet;

  /** Whether anybody has waited since the timer was set. */
  @GuardedBy("lock")
  private boolean inUse;

  @GuardedBy("lock")
  private Optional<ClosedException> closed = Optional.empty();

  /**
   * Nobody waits.
   *
   * @param held the keys whose deletion may make room
   */
  WaitingRoom(Store store, KeyRange held) {
    this.store = store;
    this.held = held;
  }

  /**
   * Lets somebody in, in turn.
   *
   * @param attempt tries once, and fails with {@link QueueFullException} when there is no room
   * @return ends as the last attempt does; when it is cancelled, nobody waits any more
   */
  CompletableFuture<Long> letIn(Supplier<CompletableFuture<Long>> attempt) {
    Waiter waiter;
    List<Waiter> called;
    lock.lock();
    try {
      waiter = new Waiter(++last, attempt);
      if (full && closed.isEmpty()) {
        waiting.put(waiter.number, waiter);
        inUse = true;
        called = callForRoom();
      } else {
        waiter.known = told;
        called = List.of(waiter);
      }
    } finally {
      lock.unlock();
    }
    Futures.onDone(waiter.enqueued, in -> {}, failure -> forget(waiter));
    called.forEach(this::tryNow);
    return waiter.enqueued;
  }

  void close(ClosedException cause) {
    List<Waiter> failing;
    Optional<Watch> open;
    lock.lock();
    try {
      closed = Optional.of(cause);
      failing = List.copyOf(waiting.values());
      open = watch;
    } finally {
      lock.unlock();
    }
    open.ifPresent(Watch::close);
    failing.forEach(waiter -> waiter.enqueued.completeExceptionally(cause));
  }

  @Override
  public void onCreated(long revision) {
    List<Waiter> called;
    lock.lock();
    try {
      called = probe();
    } finally {
      lock.unlock();
    }
    called.forEach(this::tryNow);
  }

  @Override
  public void onEvents(long revision, List<WatchEvent> events) {
    List<Waiter> called;
    lock.lock();
    try {
      told += events.size();
      room += events.size();
      called = callForRoom();
    } finally {
      lock.unlock();
    }
    called.forEach(this::tryNow);
  }

  @Override
  public void onCompacted(long compactRevision) {
    open();
  }

  @Override
  public void onFailed(CoordException cause) {
    log.debug("room below {} is not watched for a while", held, cause);
    lock.lock();
    try {
      watch = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void open() {
    Watch opened = store.watch(held, 0, Changes.DELETIONS, this);
    boolean tooLate;
    lock.lock();
    try {
      tooLate = closed.isPresent();
      watch = Optional.of(opened);
    } finally {
      lock.unlock();
    }
    if (tooLate) {
      opened.close();
    }
  }

  private void tryNow(Waiter waiter) {
    CompletableFuture<Long> attempt = waiter.attempt.get();
    lock.lock();
    try {
      waiter.current = Optional.of(attempt);
    } finally {
      lock.unlock();
    }
    if (waiter.enqueued.isDone()) {
      attempt.cancel(true);
    }
    Futures.onDone(
        attempt,
        revision -> {
          cameIn(waiter);
          waiter.enqueued.complete(revision);
        },
        failure -> {
          if (failure instanceof QueueFullException) {
            foundFull(waiter);
          } else {
            failed(waiter, failure);
            waiter.enqueued.completeExceptionally(failure);
          }
        });
  }

  private void cameIn(Waiter waiter) {
    List<Waiter> called = List.of();
    lock.lock();
    try {
      if (isProbingUntilNow(waiter)) {
        called = probe();
        full = !called.isEmpty();
      }
    } finally {
      lock.unlock();
    }
    called.forEach(this::tryNow);
  }

  /** What it was called for may be there for the next one. */
  private void failed(Waiter waiter, Throwable failure) {
    List<Waiter> called;
    lock.lock();
    try {
      boolean unused = isProbingUntilNow(waiter);
      if (failure instanceof UnavailableException) {
        called = call(waiting.size());
      } else {
        room++;
        called = callForRoom();
      }
    } finally {
      lock.unlock();
    }
    called.forEach(this::tryNow);
  }

  private void foundFull(Waiter waiter) {
    Optional<ClosedException> tooLate;
    List<Waiter> called;
    boolean isFirst = false;
    lock.lock();
    try {
      tooLate = closed;
      if (tooLate.isEmpty() && !waiter.enqueued.isDone()) {
        waiting.put(waiter.number, waiter);
        full = true;
        inUse = true;
        isFirst = !timerSet;
        timerSet = true;
      }
      boolean unused = isProbingUntilNow(waiter);
      room = Math.min(room, told - waiter.known);
      called = callForRoom();
    } finally {
      lock.unlock();
    }
    tooLate.ifPresent(waiter.enqueued::completeExceptionally);
    if (isFirst) {
      open();
      store.scheduler().schedule(PROBE, this::lookAround);
    }
    called.forEach(this::tryNow);
  }

  /** Opens a watch that was refused, and probes; or ends both when nobody waits any more. */
  private void lookAround() {
    List<Waiter> called;
    Optional<Watch> ending = Optional.empty();
    boolean goesOn;
    boolean opens;
    lock.lock();
    try {
      goesOn = inUse && closed.isEmpty();
      opens = goesOn && watch.isEmpty();
      called = probe();
      inUse = !waiting.isEmpty() || probing.isPresent();
      timerSet = goesOn;
      if (!goesOn) {
        full = false;
        ending = watch;
        watch = Optional.empty();
      }
    } finally {
      lock.unlock();
    }
    ending.ifPresent(Watch::close);
    if (opens) {
      open();
    }
    if (goesOn) {
      store.scheduler().schedule(PROBE, this::lookAround);
    }
    called.forEach(this::tryNow);
  }

  @GuardedBy("lock")
  private List<Waiter> callForRoom() {
    List<Waiter> called = call(room);
    room -= called.size();
    return called;
  }

  /** Whether it was called as a probe, which is over. */
  @GuardedBy("lock")
  private boolean isProbingUntilNow(Waiter waiter) {
    boolean was = probing.filter(prober -> prober == waiter).isPresent();
    if (was) {
      probing = Optional.empty();
    }
    return was;
  }

  @GuardedBy("lock")
  private List<Waiter> probe() {
    if (probing.isPresent()) {
      return List.of();
    }
    List<Waiter> called = call(1);
    probing = called.stream().findFirst();
    return called;
  }

  /** The first ones, who try now. */
  @GuardedBy("lock")
  private List<Waiter> call(long count) {
    List<Waiter> called = new ArrayList<>();
    while (called.size() < count && !waiting.isEmpty()) {
      Waiter first = waiting.pollFirstEntry().getValue();
      first.known = told;
      called.add(first);
    }
    return called;
  }

  /** Waits no more, for whatever reason. */
  private void forget(Waiter waiter) {
    Optional<CompletableFuture<Long>> attempt;
    lock.lock();
    try {
      waiting.remove(waiter.number);
      attempt = waiter.current;
    } finally {
      lock.unlock();
    }
    attempt.ifPresent(current -> current.cancel(true));
  }
}
