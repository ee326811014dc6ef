package io.coord.core.internal.line;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.OpResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/*
 * Joins and departures of different lines share transactions.
 *
 * A few requests, alone or in groups, are under way at once (UNDER_WAY). Whoever comes while there are
 * fewer is sent at once: a lone caller never waits. Whoever comes later waits until one of them is
 * answered, and then goes with all who wait, each as a transaction inside the transaction, with
 * compares and branches of its own: that one of them fails does not concern the others.
 *
 * Invariants
 *  - lines: the lines of those who wait, and of those who are under way within the few, but for
 *    farewells.
 *  - Of each line there is at most one among these. What else its tickets want is sent at once, by
 *    itself. For two reasons: two keys of one line must not have one create revision, or their order
 *    and their tokens would be the same, and what a request reads of its line at a revision must be
 *    all that it holds at that revision; and a line with many tickets waits for nobody.
 *  - farewells: how many of each line there are among the same. They put nothing and read nothing, and
 *    nobody of the line waits for them, so neither reason holds: any number of one line go together,
 *    and a crowd that leaves at once needs a few commits. No line is in lines and in farewells at the
 *    same time, so they never share a commit with a request that puts or reads keys of their line.
 *  - While anybody waits, UNDER_WAY are under way, and the end of each sends those who wait. Every
 *    request to the store ends, so nobody waits for good.
 *
 * Safe under a lost reply: the store never sends the shared transaction twice, and each member is told
 * that its outcome is unknown. It finds out by itself, as one that went alone would: a join raises its
 * fence, which stands in its own compares also inside of a late copy, and a departure is repeated.
 * Refused: etcd applies none of a transaction that it refuses, whoever's fault it is (a lease that is
 * gone, a permission); each is sent by itself then, and told what it deserves. Unavailable: none was
 * applied. Closed: whoever waits is sent, and told by the store.
 */

/** Sends the requests of all lines of one connection. Safe to share between threads. */
final class GroupCommit {

  private enum Kind {
    /** Puts or reads keys of its line. */
    SINGULAR,
    /** Deletes keys and does nothing else. */
    FAREWELL
  }

  private enum Way {
    AMONG_THE_FEW,
    IN_COMPANY,
    BY_ITSELF
  }

  /** One request, and what its sender waits for. */
  private record Member(
      Bytes line, Kind kind, TxnRequest request, CompletableFuture<TxnResult> answer) {}

  /** So many that the next group is on its way while etcd carries out the last. */
  private static final int UNDER_WAY = 4;

  /** etcd takes 128 operations, counting those of the longest member on top. */
  private static final int MOST_MEMBERS = 64;

  private static final int MOST_BYTES = 256 * 1024;

  private final Store store;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Queue<Member> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private final Set<Bytes> lines = new HashSet<>();

  @GuardedBy("lock")
  private final Map<Bytes, Integer> farewells = new HashMap<>();

  @GuardedBy("lock")
  private int underWay;

  GroupCommit(Store store) {
    this.store = store;
  }

  /**
   * Sends a transaction that must not be repeated.
   *
   * @param line what the keys of the line begin with
   * @return as {@link Store#txn}
   */
  CompletableFuture<TxnResult> txn(Bytes line, TxnRequest request) {
    return submit(new Member(line, Kind.SINGULAR, request, new CompletableFuture<>()));
  }

  /**
   * Sends a transaction that only deletes keys, when nobody of its line in this process needs its
   * answer.
   *
   * @return as {@link #txn}
   */
  CompletableFuture<TxnResult> farewell(Bytes line, TxnRequest request) {
    return submit(new Member(line, Kind.FAREWELL, request, new CompletableFuture<>()));
  }

  private CompletableFuture<TxnResult> submit(Member member) {
    Way way;
    lock.lock();
    try {
      way = choose(member);
    } finally {
      lock.unlock();
    }
    switch (way) {
      case AMONG_THE_FEW -> send(List.of(member));
      case BY_ITSELF -> sendAlone(member);
      case IN_COMPANY -> {}
    }
    return member.answer();
  }

  @GuardedBy("lock")
  private Way choose(Member member) {
    if (!register(member)) {
      return Way.BY_ITSELF;
    }
    if (underWay < UNDER_WAY) {
      underWay++;
      return Way.AMONG_THE_FEW;
    }
    waiting.add(member);
    return Way.IN_COMPANY;
  }

  @GuardedBy("lock")
  private boolean register(Member member) {
    Bytes line = member.line();
    return switch (member.kind()) {
      case SINGULAR -> !farewells.containsKey(line) && lines.add(line);
      case FAREWELL -> !lines.contains(line) && farewells.merge(line, 1, Integer::sum) > 0;
    };
  }

  @GuardedBy("lock")
  private void unregister(Member member) {
    Bytes line = member.line();
    switch (member.kind()) {
      case SINGULAR -> lines.remove(line);
      case FAREWELL -> {
        if (farewells.merge(line, -1, Integer::sum) == 0) {
          farewells.remove(line);
        }
      }
    }
  }

  /** One of the few has ended: those who wait take its place. */
  private void ended(List<Member> group) {
    List<Member> next = new ArrayList<>();
    lock.lock();
    try {
      group.forEach(this::unregister);
      takeNext(next);
      if (next.isEmpty()) {
        underWay--;
      }
    } finally {
      lock.unlock();
    }
    if (!next.isEmpty()) {
      send(next);
    }
  }

  @GuardedBy("lock")
  private void takeNext(List<Member> next) {
    long bytes = 0;
    while (!waiting.isEmpty() && next.size() < MOST_MEMBERS) {
      bytes += size(waiting.element().request());
      if (bytes > MOST_BYTES && !next.isEmpty()) {
        return;
      }
      next.add(waiting.remove());
    }
  }

  private static long size(TxnRequest request) {
    long bytes = 0;
    for (Op op : request.success()) {
      if (op instanceof Op.Put put) {
        bytes += put.key().length() + put.value().length();
      }
    }
    return bytes;
  }

  private void send(List<Member> group) {
    CompletableFuture<TxnResult> answer =
        store.txn(group.size() == 1 ? group.get(0).request() : shared(group));
    Futures.onDone(
        answer,
        done -> {
          ended(group);
          answered(group, done);
        },
        failure -> {
          ended(group);
          failed(group, failure);
        });
  }

  private static TxnRequest shared(List<Member> group) {
    return TxnRequest.of(
        group.stream().map(member -> new Op.Nested(member.request())).toArray(Op[]::new));
  }

  private static void answered(List<Member> group, TxnResult answer) {
    if (group.size() == 1) {
      group.get(0).answer().complete(answer);
      return;
    }
    for (int i = 0; i < group.size(); i++) {
      group.get(i).answer().complete(((OpResult.Txn) answer.results().get(i)).result());
    }
  }

  private void failed(List<Member> group, Throwable failure) {
    if (failure instanceof RefusedException && group.size() > 1) {
      group.forEach(this::sendAlone);
    } else {
      group.forEach(member -> member.answer().completeExceptionally(failure));
    }
  }

  private void sendAlone(Member member) {
    Futures.onDone(
        store.txn(member.request()),
        member.answer()::complete,
        member.answer()::completeExceptionally);
  }
}
