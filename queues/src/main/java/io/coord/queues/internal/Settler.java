package io.coord.queues.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.marked.Markers;
import io.coord.core.internal.marked.Verdict;
import io.coord.queues.ClaimLostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/*
 * Ending the claims of one session.
 *
 *   added --> waits --fewer than two groups under way, and the gate opens--> sent, with all who wait
 *
 *   sent --all ended--> done
 *     '--one of them has ended before, refused, not carried out--> each by itself, until it is
 *     '--out of reach, unknown: the group fails
 *
 * The ends of claims need no order, so two groups may be under way at once; those that wait share the
 * next transaction, and when it leaves, Gathering decides. It ends all claims or none, so one that was
 * lost tells nothing of the others: then each is ended by itself, beside the next group. No claim is
 * twice in a group, since the second end must fail. Only deletions are put together: etcd takes no
 * transaction that puts a key twice.
 *
 * Lost reply: see MarkedTxn. Close, when the session is over: who waits is told, and so is who comes
 * later. A gate that holds them might never ask again, for a closed store drops its timers. What is under
 * way ends by itself.
 */
/** Ends claims. Safe to share between threads. */
final class Settler {

  /** The most operations of a group: with the mark and the levels inside, 128. */
  private static final int MOST_OPS = 120;

  private static final int MOST_UNDER_WAY = 2;

  /** The end of the claim of an item, and who waits for it. */
  private record Pending(Bytes item, Settlement work, CompletableFuture<Void> settled) {}

  private final Markers markers;
  private final Gathering.Gate gate;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Deque<Pending> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private int underWay;

  @GuardedBy("lock")
  private Optional<RuntimeException> closed = Optional.empty();

  Settler(Markers markers, Gathering gathering) {
    this.markers = markers;
    this.gate = gathering.gate(this::sendNext);
  }

  /**
   * Ends the claim of an item by deleting keys, together with others that end now. The future
   * completes on the store's thread.
   */
  CompletableFuture<Void> drop(Bytes item, Settlement work) {
    Pending pending = new Pending(item, work, new CompletableFuture<>());
    List<Runnable> due;
    lock.lock();
    try {
      if (closed.isPresent()) {
        return CompletableFuture.failedFuture(closed.get());
      }
      waiting.addLast(pending);
      due = gate.came();
    } finally {
      lock.unlock();
    }
    sendNext();
    due.forEach(Runnable::run);
    return pending.settled();
  }

  /**
   * Ends the claim of an item in a transaction of its own; the future completes likewise.
   *
   * @param work what is done; asked for anew for each time that it is sent, because a lease that it
   *     names may have run out
   */
  CompletableFuture<Void> settle(Bytes item, Supplier<CompletableFuture<Settlement>> work) {
    Optional<RuntimeException> refusal;
    lock.lock();
    try {
      refusal = closed;
    } finally {
      lock.unlock();
    }
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(refusal.get());
    }
    CompletableFuture<Void> settled = new CompletableFuture<>();
    sendAlone(item, work, settled);
    return settled;
  }

  /** Fails those who wait, and all who come later. */
  void close(RuntimeException cause) {
    List<Pending> failing;
    lock.lock();
    try {
      closed = Optional.of(cause);
      failing = List.copyOf(waiting);
      waiting.clear();
    } finally {
      lock.unlock();
    }
    failing.forEach(pending -> pending.settled().completeExceptionally(cause));
  }

  private void sendNext() {
    List<Pending> group;
    lock.lock();
    try {
      if (underWay == MOST_UNDER_WAY
          || waiting.isEmpty()
          || !gate.opens(waiting.size(), MOST_OPS / 2)) {
        return;
      }
      group = nextGroup();
      gate.left(group.size());
      underWay++;
    } finally {
      lock.unlock();
    }
    send(group);
  }

  @GuardedBy("lock")
  private List<Pending> nextGroup() {
    List<Pending> group = new ArrayList<>();
    Set<Bytes> keys = new HashSet<>();
    int ops = 0;
    while (!waiting.isEmpty()) {
      Settlement next = waiting.peekFirst().work();
      ops += next.writes().size();
      boolean fits = ops <= MOST_OPS && keys.add(next.key());
      if (!fits && !group.isEmpty()) {
        break;
      }
      group.add(waiting.removeFirst());
    }
    return group;
  }

  private void send(List<Pending> group) {
    Futures.onDone(
        markers.carryOut(new Settlement.Together(group.stream().map(Pending::work).toList())),
        verdict -> {
          answered(group);
          if (verdict instanceof Verdict.Applied) {
            group.forEach(pending -> pending.settled().complete(null));
          } else {
            group.forEach(this::sendAlone);
          }
        },
        failure -> {
          answered(group);
          if (failure instanceof RefusedException && group.size() > 1) {
            group.forEach(this::sendAlone);
          } else {
            group.forEach(pending -> pending.settled().completeExceptionally(failure));
          }
        });
  }

  private void answered(List<Pending> group) {
    List<Runnable> due;
    lock.lock();
    try {
      underWay--;
      due = gate.ended(group.size(), group.size());
    } finally {
      lock.unlock();
    }
    sendNext();
    due.forEach(Runnable::run);
  }

  private void sendAlone(Pending pending) {
    sendAlone(
        pending.item(), () -> CompletableFuture.completedFuture(pending.work()), pending.settled());
  }

  private void sendAlone(
      Bytes item, Supplier<CompletableFuture<Settlement>> work, CompletableFuture<Void> settled) {
    Futures.onDone(
        work.get().thenCompose(markers::carryOut),
        verdict -> {
          if (verdict instanceof Verdict.Applied) {
            settled.complete(null);
          } else if (verdict instanceof Verdict.ConditionsNotMet) {
            settled.completeExceptionally(new ClaimLostException(item.utf8()));
          } else {
            sendAlone(item, work, settled);
          }
        },
        settled::completeExceptionally);
  }
}
