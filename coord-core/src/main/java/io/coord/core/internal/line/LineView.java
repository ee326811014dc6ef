package io.coord.core.internal.line;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/*
 * What this process knows of a line, gathered from the answers of transactions, from reads and from
 * a watch, which overtake one another on their way here.
 *
 * Two things make it possible to put such facts together without any order of arrival:
 *  - an entry (key and create revision) that is gone never comes back;
 *  - an entry that is unknown at a revision of which we know everything was created later.
 *
 * There are two marks, since a watch may report deletions only: who came is then told by reads.
 *
 * Invariants
 *  - knownThrough: every entry that existed at that revision is in `alive`, or is one of `gone`.
 *  - goneThrough: no entry of `alive` that was created by then was gone at that revision. It is never
 *    before knownThrough.
 *  - alive: entries that were seen and are not known to be gone, with the last revision at which
 *    each was seen by itself.
 *  - gone: deletions later than knownThrough. Older ones are part of what knownThrough covers, and
 *    no older snapshot is ever merged, so they can be forgotten; later ones not, whatever goneThrough
 *    says, for a sight of the entry that they ended may be on its way.
 *
 * Safe under lost, late and repeated answers: every method is idempotent, and a fact not later than
 * knownThrough changes nothing.
 */

/** The knowledge that one process has of one line. Not thread-safe: its line guards it. */
final class LineView {

  /**
   * The last deletion of a key; the create revision of the first of its entries that went, or 0
   * when that is unknown; and whether all of them were ours and had been let go before.
   */
  private record Gone(long createRevision, long revision, boolean letGo) {

    Gone of(Entry entry) {
      return new Gone(entry.createRevision(), revision, letGo);
    }

    /** Two reports of one deletion make one; of two deletions, what is sure of both remains. */
    Gone and(Gone other) {
      if (revision == other.revision) {
        return new Gone(
            Math.max(createRevision, other.createRevision), revision, letGo || other.letGo);
      }
      return new Gone(
          Math.min(createRevision, other.createRevision),
          Math.max(revision, other.revision),
          letGo && other.letGo);
    }
  }

  private static final int MANY_DELETIONS = 256;

  private final Admission admission;
  private final int prefixLength;
  private final NavigableMap<Entry, Long> alive = new TreeMap<>();
  private final Map<Bytes, Entry> byKey = new HashMap<>();
  private final Map<Bytes, Gone> gone = new HashMap<>();
  private final List<Entry> removed = new ArrayList<>();
  private long knownThrough;
  private long goneThrough;

  LineView(Admission admission, int prefixLength) {
    this.admission = admission;
    this.prefixLength = prefixLength;
  }

  /** The whole line as it was at a revision. */
  void snapshot(long revision, List<KeyValue> content) {
    if (revision <= knownThrough) {
      return;
    }
    Map<Bytes, Entry> present = new HashMap<>();
    for (KeyValue kv : content) {
      present.put(kv.key(), new Entry(kv.key(), kv.createRevision()));
    }
    for (Entry known : List.copyOf(alive.keySet())) {
      if (known.createRevision() <= revision && !known.equals(present.get(known.key()))) {
        remove(known);
      }
    }
    present.values().forEach(entry -> add(entry, revision));
    advance(revision);
  }

  /** An entry was seen at a revision. */
  void seen(Entry entry, long revision) {
    if (entry.createRevision() > knownThrough || alive.containsKey(entry)) {
      add(entry, revision);
    }
  }

  /** A key was deleted at a revision, or was found absent at it. */
  void deleted(Bytes key, long revision) {
    deleted(key, new Gone(0, revision, false));
  }

  /** A key of ours was deleted at a revision, after it had been let go. */
  void deletedAfterLettingGo(Bytes key, long revision) {
    deleted(key, new Gone(0, revision, true));
  }

  private void deleted(Bytes key, Gone deletion) {
    if (deletion.revision() <= knownThrough || !counts(key)) {
      return;
    }
    Entry entry = byKey.get(key);
    if (entry != null && entry.createRevision() <= deletion.revision()) {
      gone.merge(key, deletion.of(entry), Gone::and);
      remove(entry);
    } else {
      gone.merge(key, deletion, Gone::and);
    }
  }

  /** Every change up to a revision has been reported. */
  void advance(long revision) {
    if (revision > knownThrough) {
      knownThrough = revision;
      gone.values().removeIf(deletion -> deletion.revision() <= revision);
    }
    advanceDeletions(revision);
  }

  /** Every deletion up to a revision has been reported. */
  void advanceDeletions(long revision) {
    goneThrough = Math.max(goneThrough, revision);
  }

  /** Whether it is time to read the line: deletions must be remembered until then. */
  boolean remembersManyDeletions() {
    return gone.size() > MANY_DELETIONS;
  }

  long goneThrough() {
    return goneThrough;
  }

  long knownThrough() {
    return knownThrough;
  }

  /** The entries in order; those created after {@link #knownThrough} may be incomplete. */
  Iterable<Entry> entries() {
    return alive.keySet();
  }

  int size() {
    return alive.size();
  }

  boolean isAlive(Entry entry) {
    return alive.containsKey(entry);
  }

  /** Whether everyone who came before this entry, and is not gone, is known. */
  boolean knowsAllBefore(Entry entry) {
    return knownThrough >= entry.createRevision();
  }

  /**
   * The last revision at which the entry is known to have existed, if no one who came before it is
   * known to have gone later than that; else 0. At such a revision a grant has been checked.
   */
  long checkedAt(Entry entry) {
    return seenSince(entry, deletion -> true);
  }

  /** Like {@link #checkedAt}, but those who came before and had been let go may go later. */
  long seenSinceOthersWent(Entry entry) {
    return seenSince(entry, deletion -> !deletion.letGo());
  }

  private long seenSince(Entry entry, Predicate<Gone> isWaitedFor) {
    Long seen = alive.get(entry);
    if (seen == null) {
      return 0;
    }
    long existedAt = entry.createRevision() <= goneThrough ? Math.max(seen, goneThrough) : seen;
    for (Gone deletion : gone.values()) {
      if (deletion.createRevision() < entry.createRevision()
          && deletion.revision() > existedAt
          && isWaitedFor.test(deletion)) {
        return 0;
      }
    }
    return existedAt;
  }

  /** The entries that were found to be gone since the last call. */
  List<Entry> takeRemoved() {
    List<Entry> taken = List.copyOf(removed);
    removed.clear();
    return taken;
  }

  private boolean counts(Bytes key) {
    return admission.counts(key, prefixLength);
  }

  private void add(Entry entry, long seenAt) {
    Gone deletion = gone.get(entry.key());
    boolean goneSince = deletion != null && deletion.revision() >= entry.createRevision();
    if (goneSince || !counts(entry.key())) {
      return;
    }
    @Nullable Entry earlier = byKey.put(entry.key(), entry);
    if (earlier != null && !earlier.equals(entry)) {
      if (earlier.createRevision() > entry.createRevision()) {
        byKey.put(entry.key(), earlier);
        return;
      }
      alive.remove(earlier);
      removed.add(earlier);
      Gone wentBefore = new Gone(earlier.createRevision(), entry.createRevision() - 1, false);
      gone.merge(entry.key(), wentBefore, Gone::and);
    }
    alive.merge(entry, seenAt, Math::max);
  }

  private void remove(Entry entry) {
    alive.remove(entry);
    byKey.remove(entry.key(), entry);
    removed.add(entry);
  }
}
