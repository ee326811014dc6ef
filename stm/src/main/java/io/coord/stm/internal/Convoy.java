package io.coord.stm.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.stm.UnknownOutcome;
import io.coord.stm.internal.CommitOutcome.Committed;
import io.coord.stm.internal.CommitOutcome.NotCommitted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/*
 * Transactions of one process that arrive together and share commits.
 *
 * A lone transaction reads and commits by itself; with its commit it sets out, and founds an epoch
 * on the revision b of its reads. Attempts that begin while its commit is under way do not ask etcd
 * for what has just been read, and do not fight over it: they read, in memory, the keys as they were
 * at b, changed by everybody who has joined before them. When the body has ended, the attempt joins:
 * behind all others, if nobody has written meanwhile what it has read. Joined transactions form a
 * group, which is sent as one transaction of etcd: if each key that the group found is as it was
 * found, then write what its last members leave. A group is sent when none is under way that reads or
 * writes any of its keys; and beside others only if it is large: see Departures.
 *
 *   attempt:  board --reads at moment m--> join --JOINED--> told with its group
 *               ^                           |--OVERTAKEN---> run again, in company
 *               |                           `--OVER--------> committed by itself, if it can be
 *   epoch b:  set out --> groups under way --committed r1--> others --committed r2--> ... at rest
 *                                 `--a compare failed, at revision c--> over: its members, and all who
 *                                     were not sent, run again in an epoch on c with the values that
 *                                     came back; what else is under way is told by its own answer
 *   at rest:  recall --join--> group n under way; another one sets out, or a second without anybody:
 *                                     over, and forgotten
 *
 * Invariants:
 * (1) A cell is what its key holds at b, or what the last joined writer of the key has written.
 *     State(j) is all keys at b, changed by the first j that joined, in order of their joins, but
 *     for those who were taken out again; to be taken out counts as a join.
 * (2) What an attempt has read is in State(m) for its moment m. look() takes a cell only if its
 *     writer was among the first m, and nobody was taken out since, or if all that was read before
 *     is still current; then m moves on.
 * (3) An attempt joins as number j only if all that it read is current: it has run on State(j - 1).
 * (4) A group compares, for every key that its members read or overwrite and that was not first
 *     written by the group itself, the cell that the first of them found. It is sent when all groups
 *     that wrote such a cell have committed, so that the revisions are known.
 * (5) Who is called off is taken out before his group is sent, if nobody who stays has read or
 *     overwritten what he wrote. His cells become again what they were before him, or unknown.
 *
 * Why the result cannot be told from running the transactions one after another:
 * - Let group g commit at r. By (4), at that moment etcd holds, for each key that a member of g read
 *   and no earlier member of g wrote, exactly what that member read: same modification revision,
 *   hence same value. What an earlier member wrote, it reads by (1) and (3) as that one left it. So
 *   each member has run on what etcd held just before r, changed by the members before it; the
 *   writes of the last ones are what etcd holds at r. That is the serial execution, in the order of
 *   (revision, position in the group). It needs nothing of the order in which groups are sent or
 *   applied: of two that are under way together, the one that joined later may well be the first.
 * - Blind writes need no compare for that. A key that was overwritten without being known is
 *   compared with b all the same, as SerializableSnapshot asks.
 * - An attempt that will never commit sees no mixture either: State(m) is the outcome of a serial
 *   execution of the first m on etcd's state at b. A body that throws, or writes nothing, may have
 *   seen what never comes to be; so it joins as a reader, and is believed when its group commits.
 * - Real time: a group is sent after its members began, and etcd compares at the commit. So nobody
 *   is told of a result that somebody else's earlier commit contradicts, however old b is. A failed
 *   commit's fresh values are of a revision after its members began, so they may read them by
 *   themselves, and check nothing. Not so who came behind while the answer was on its way.
 * - Who was taken out is in nobody's way: by (5) those who stay have run on the same State with or
 *   without him. An attempt that has read what he wrote is not current, and runs again by (3).
 * - A group takes effect once or never: it is one marked transaction, with a marker of its own while
 *   it is under way. When it has not, or cannot be told, nothing that was built on it is used: the
 *   epoch is over, and everybody runs again who was not sent. Who is under way beside it has found
 *   nothing of it, stands or falls by its own compares, and is not run again before it is answered.
 * - A body that throws joins with no writes: it takes only itself out. When etcd refuses a group as
 *   a whole (a key without permission, too large a value), its members run again, each alone.
 *
 * A guess. An epoch at rest is remembered: who comes alone and soon reads in it too, and so needs one
 * round trip for its commit and none for reads. It is an attempt in company like any other, with
 * nobody there, so all of the above holds for it; what matters is this:
 * - Nothing that was remembered is believed: by (4) the commit compares the modification revision of
 *   every key that was read, and a body that only reads, or throws, is a reader whose group is
 *   checked at a quorum, now. So no result is older than the call, whoever else has written.
 * - The body sees State(m), one snapshot, although maybe an old one. If others have changed what it
 *   read, the commit fails, brings the fresh values, and the next attempt begins with those. A wrong
 *   guess costs as much as the read that it stood for, but etcd keeps it in its log; so after a wrong
 *   one some transactions do not guess: see Trust. A retry never guesses.
 * - What cannot be in a group (a guard, a session) has a commit of its own, which compares the same
 *   reads. A range is read without a guess; what writes and reads nothing does not need one.
 * - It is forgotten when it grows too large (see Epoch), when its base is compacted away, and when a
 *   commit outside the convoy has written one of its keys. That is economy: the compares do without.
 *
 * Nobody waits who is alone: a group is sent at once when none is under way. Nobody waits without
 * end: each group under way ends within the time of a request, or of resolving its lost answer, and
 * a close ends all of them.
 */
final class Convoy {

  /** What became of an attempt that wanted to join. */
  enum Admission {
    JOINED,
    /** Somebody has written what it has read, or what it overwrites and must not. */
    OVERTAKEN,
    /** The epoch that it has read in is over. */
    OVER
  }

  private final Store store;
  private final Committer committer;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private Optional<Epoch> current = Optional.empty();

  @GuardedBy("lock")
  private final Trust trust = new Trust();

  Convoy(Store store, Committer committer) {
    this.store = store;
    this.committer = committer;
  }

  /**
   * Where an attempt reads that begins in company; empty when nobody else is under way.
   *
   * @param hints what is fetched with the first read that has to ask etcd
   */
  Optional<SharedReads> board(int batch, List<Bytes> hints) {
    synchronized (lock) {
      return current
          .filter(epoch -> epoch.takesPassengers(now()))
          .map(epoch -> new SharedReads(store, this, epoch, batch, hints));
    }
  }

  /** Where an attempt reads that begins alone, on a guess; empty when there is none to be made. */
  Optional<SharedReads> recall(int batch, List<Bytes> hints) {
    synchronized (lock) {
      return current
          .filter(epoch -> epoch.isRemembered(now()) && trust.isGiven())
          .map(epoch -> new SharedReads(store, this, epoch, batch, hints));
    }
  }

  /** An attempt that began on a guess has committed. */
  void guessedRight() {
    synchronized (lock) {
      trust.wasRight();
    }
  }

  /** An attempt that began on a guess met a conflict. */
  void guessedWrong() {
    synchronized (lock) {
      trust.wasWrong();
    }
  }

  /** Forgets what is known at rest of keys that a transaction by itself has written. */
  void writtenAlone(Set<Bytes> keys) {
    synchronized (lock) {
      boolean isStale =
          current
              .filter(epoch -> !epoch.isBusy())
              .filter(epoch -> keys.stream().anyMatch(key -> epoch.cell(key).isPresent()))
              .isPresent();
      if (isStale) {
        current.ifPresent(Epoch::end);
        current = Optional.empty();
      }
    }
  }

  /** Whether an attempt that begins now would find company. */
  boolean isBoarding() {
    synchronized (lock) {
      return current.filter(epoch -> epoch.takesPassengers(now())).isPresent();
    }
  }

  /** Reads a key, if it is known; gives false if it is not. Invariant (2) is kept here. */
  boolean look(SharedReads reads, Bytes key) {
    synchronized (lock) {
      Epoch epoch = reads.epoch();
      Optional<Cell> found = epoch.cell(key);
      if (found.isEmpty()) {
        return false;
      }
      long moment = reads.moment();
      if (epoch.isNewer(found.get(), moment)) {
        if (!epoch.isCurrent(reads.cells())) {
          throw Rerun.overtaken();
        }
        moment = epoch.joins();
      }
      reads.take(key, found.get(), moment);
      return true;
    }
  }

  /** Those of some keys that nobody has asked for yet. */
  List<Bytes> unknown(Epoch epoch, Set<Bytes> keys) {
    synchronized (lock) {
      return keys.stream().filter(key -> epoch.cell(key).isEmpty()).toList();
    }
  }

  /** Notes keys that were not known, as etcd has them at the base. */
  void learn(Epoch epoch, Map<Bytes, Optional<KeyValue>> values) {
    synchronized (lock) {
      values.forEach(epoch::learn);
    }
  }

  /**
   * Puts an attempt behind all others.
   *
   * @param writes what it writes; nothing, for one that only reads, or that throws
   */
  Admission join(SharedReads reads, Map<Bytes, Op> writes, Member member) {
    Epoch epoch = reads.epoch();
    List<Group> leaving;
    synchronized (lock) {
      if (epoch.isOver()) {
        return Admission.OVER;
      }
      boolean isOverwritten = member.guardsBlindWrites() && isOverwritten(reads, writes.keySet());
      if (!epoch.isCurrent(reads.cells()) || isOverwritten) {
        return Admission.OVERTAKEN;
      }
      epoch.add(reads.cells(), writes, member);
      leaving = epoch.depart();
    }
    leaving.forEach(group -> send(epoch, group));
    return Admission.JOINED;
  }

  /**
   * Commits a transaction that has read by itself, so that those who begin meanwhile can follow;
   * gives false, and does nothing, when others are under way.
   */
  boolean setOut(Footprint footprint, Member member) {
    Epoch epoch;
    List<Group> leaving;
    synchronized (lock) {
      if (current.isPresent() && current.get().isBusy()) {
        return false;
      }
      current.ifPresent(Epoch::end);
      epoch = new Epoch(footprint.reads().snapshot(), footprint.reads().keys(), now());
      Map<Bytes, Cell> read = new HashMap<>();
      footprint.reads().keys().forEach((key, value) -> read.put(key, Cell.atBase(value)));
      epoch.add(read, footprint.writes(), member);
      leaving = epoch.depart();
      current = Optional.of(epoch);
    }
    leaving.forEach(group -> send(epoch, group));
    return true;
  }

  /** Which of an attempt's keys somebody else has written since it has read, or begun. */
  List<Bytes> overtaken(SharedReads reads, List<Bytes> keys) {
    synchronized (lock) {
      return keys.stream().filter(key -> isOvertaken(reads, key)).toList();
    }
  }

  /** The base of an attempt's epoch cannot be read any more: nobody else is to begin on it. */
  void wearOut(SharedReads reads) {
    synchronized (lock) {
      reads.epoch().wearOut();
    }
  }

  private void send(Epoch epoch, Group group) {
    Futures.onDone(
        committer.commit(group.footprint(epoch.base()), UnknownOutcome.RESOLVE, group::isCalledOff),
        outcome -> answered(epoch, group, outcome),
        failure -> failed(epoch, group, failure));
  }

  private void answered(Epoch epoch, Group group, CommitOutcome outcome) {
    if (outcome instanceof Committed committed) {
      arrived(epoch, group, committed.revision());
    } else if (outcome instanceof NotCommitted conflict) {
      List<Member> behind = end(epoch, group, conflict.fresh());
      group.members().forEach(member -> member.conflicted(conflict));
      behind.forEach(member -> member.conflicted(conflict.withoutFresh()));
    }
  }

  private void arrived(Epoch epoch, Group group, long revision) {
    List<Member> members = List.copyOf(group.members());
    boolean isReadOnly = group.isReadOnly();
    List<Group> leaving;
    synchronized (lock) {
      epoch.arrived(group, revision, now());
      leaving = epoch.depart();
    }
    leaving.forEach(next -> send(epoch, next));
    for (int position = 0; position < members.size(); position++) {
      members
          .get(position)
          .committed(revision, isReadOnly ? OptionalInt.empty() : OptionalInt.of(position));
    }
  }

  private void failed(Epoch epoch, Group group, Throwable failure) {
    List<Member> behind = end(epoch, group, Optional.empty());
    List<Member> members = group.members();
    boolean isNobodysFault =
        failure instanceof UnavailableException || failure instanceof OutcomeUnknownException;
    if (members.size() == 1 || isNobodysFault) {
      members.forEach(member -> member.failed(failure));
    } else {
      members.forEach(Member::alone);
    }
    behind.forEach(member -> member.conflicted(NotCommitted.withoutConflict()));
  }

  /**
   * Ends an epoch; if several are left without a commit, they meet again in one on what came back.
   * Gives those who had not been sent. What is under way stays so, and is told by its own answer.
   */
  private List<Member> end(Epoch epoch, Group group, Optional<Snapshot> fresh) {
    synchronized (lock) {
      List<Member> behind = epoch.end();
      Optional<Epoch> renewed =
          fresh
              .filter(snapshot -> group.members().size() + behind.size() > 1)
              .map(snapshot -> new Epoch(snapshot.revision(), snapshot.values(), now()));
      renewed.ifPresent(next -> next.linger(now()));
      if (current.isPresent() && current.get() == epoch) {
        current = renewed;
      }
      return behind;
    }
  }

  /** Whether somebody has written, since it began, what an attempt is to overwrite blindly. */
  private static boolean isOverwritten(SharedReads reads, Set<Bytes> written) {
    return !reads.cells().isEmpty()
        && written.stream()
            .filter(key -> !reads.cells().containsKey(key))
            .anyMatch(key -> isOvertaken(reads, key));
  }

  private static boolean isOvertaken(SharedReads reads, Bytes key) {
    Optional<Cell> now = reads.epoch().cell(key);
    return reads.cells().containsKey(key)
        ? !now.equals(Optional.of(reads.cells().get(key)))
        : now.filter(cell -> cell.since() > reads.moment()).isPresent();
  }

  private long now() {
    return store.scheduler().nanoTime();
  }
}
