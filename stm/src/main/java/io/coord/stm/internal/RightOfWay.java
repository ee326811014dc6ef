package io.coord.stm.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.internal.store.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/*
 * A fair chance for a long transaction among short ones of the same process.
 *
 * What a long transaction reads has been changed by the time of its commit, again and again, if
 * short ones write it all the time. So one that has failed often enough claims the right of way:
 * from then on, commits that would write what it has read in its last attempt wait.
 *
 *   FREE --claim(run, reads)--> HELD by run --renew(run, newer reads)--> HELD by run
 *     ^                           |
 *     `---------------------------' release(run), or after LONGEST: all that wait go on
 *
 * One run at a time holds it. It is given back when the run ends, however it ends, and it is taken
 * away after a time, and a run claims it only once: so a body that hangs holds up the others once and
 * not for ever. Nobody waits who does not write what the holder reads. A commit that waits
 * holds nothing that the holder could wait for; so nobody waits for ever. Commits of other processes
 * do not wait: against these there is only chance.
 */
final class RightOfWay {

  /** How long others are held up by one transaction at most. */
  static final Duration LONGEST = Duration.ofSeconds(5);

  private final String connection;
  private final Scheduler scheduler;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private Optional<Object> holder = Optional.empty();

  @GuardedBy("lock")
  private ReadSet reads = ReadSet.NOTHING;

  @GuardedBy("lock")
  private final List<CompletableFuture<Void>> waiting = new ArrayList<>();

  @GuardedBy("lock")
  private boolean closed;

  RightOfWay(String connection, Scheduler scheduler) {
    this.connection = connection;
    this.scheduler = scheduler;
  }

  /**
   * Claims the right of way for what a run has read; gives false when another one has it.
   *
   * @param isOver whether the run has ended: one that was given up while its commit was under way
   *     comes here too, and nothing else would take the right from it
   */
  boolean claim(Object run, ReadSet read, BooleanSupplier isOver) {
    synchronized (lock) {
      if (holder.isPresent()) {
        return false;
      }
      holder = Optional.of(run);
      reads = read;
    }
    scheduler.schedule(LONGEST, () -> release(run));
    if (isOver.getAsBoolean()) {
      release(run);
    }
    return true;
  }

  /** Says what its holder has read in another attempt; gives false when it has it no more. */
  boolean renew(Object run, ReadSet read) {
    synchronized (lock) {
      if (!isHeldBy(run)) {
        return false;
      }
      reads = read;
      return true;
    }
  }

  /** Gives it back; does nothing when the run does not have it. */
  void release(Object run) {
    List<CompletableFuture<Void>> free;
    synchronized (lock) {
      if (!isHeldBy(run)) {
        return;
      }
      free = takeWaiting();
    }
    free.forEach(commit -> commit.complete(null));
  }

  /** Ends the waiting, with a {@link ClosedException}. */
  void close() {
    List<CompletableFuture<Void>> free;
    synchronized (lock) {
      closed = true;
      free = takeWaiting();
    }
    ClosedException why = new ClosedException("connection " + connection + " was closed", null);
    free.forEach(commit -> commit.completeExceptionally(why));
  }

  /** Completes as soon as a run may commit what it writes: at once, if nobody else goes first. */
  CompletableFuture<Void> pass(Object run, Collection<Bytes> writes) {
    synchronized (lock) {
      ReadSet held = reads;
      if (closed || isHeldBy(run) || writes.stream().noneMatch(held::covers)) {
        return CompletableFuture.completedFuture(null);
      }
      CompletableFuture<Void> turn = new CompletableFuture<>();
      waiting.add(turn);
      return turn;
    }
  }

  @GuardedBy("lock")
  private List<CompletableFuture<Void>> takeWaiting() {
    holder = Optional.empty();
    reads = ReadSet.NOTHING;
    List<CompletableFuture<Void>> free = List.copyOf(waiting);
    waiting.clear();
    return free;
  }

  @GuardedBy("lock")
  private boolean isHeldBy(Object run) {
    return holder.isPresent() && holder.get() == run;
  }
}
