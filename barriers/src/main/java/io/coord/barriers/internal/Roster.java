package io.coord.barriers.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.Names;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Entry;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Field;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a double barrier, and what they say.
 *
 * <ul>
 *   <li>{@code n/waiters/...}: one for each member, under its session's lease; their create
 *       revisions are the order in which they came.
 *   <li>{@code n/ready}: written when all had come. Its value is the create revision of the last
 *       one of them, so everybody can tell who belongs. It is empty when that is the revision at
 *       which it was written itself: by the transaction that put the last one's key, or by Go's
 *       recipe.
 *   <li>{@code n/withdrawn}: rewritten whenever a member goes away before all had come.
 * </ul>
 *
 * <p>The last two are deleted when no member is left.
 */
final class Roster {

  /** Everybody may stand here at once; whether they are in is not for the line to say. */
  private static final Admission ALL =
      new Admission() {
        @Override
        public int admitted(Iterable<Entry> line) {
          return Integer.MAX_VALUE;
        }

        @Override
        public boolean counts(Bytes key, int prefixLength) {
          return key.from(prefixLength).startsWith(WAITERS)
              && !key.contains((byte) '/', prefixLength + WAITERS.length());
        }

        @Override
        public Changes changesThatMatter() {
          return Changes.DELETIONS;
        }

        @Override
        public boolean admitsEverybody() {
          return true;
        }

        @Override
        public String toString() {
          return "all";
        }
      };

  private static final Bytes WAITERS = Bytes.utf8("waiters/");

  /**
   * All of them had come.
   *
   * @param modRevision when that was written
   * @param lastIn the create revision of the last one
   */
  record Ready(long modRevision, long lastIn) {

    /** Whether it was written after a member came, or with its key. */
    boolean isSince(long created) {
      return modRevision >= created;
    }

    /** Whether it says that this member is in. */
    boolean isFor(long created) {
      return isSince(created) && created <= lastIn;
    }
  }

  /** So many members are named in one transaction at most; etcd takes 128 conditions. */
  private static final int MOST_NAMED = 64;

  private final String name;
  private final Bytes prefix;
  private final Bytes waiters;
  private final Bytes ready;
  private final Bytes withdrawn;

  Roster(String name) {
    this.name = name;
    this.prefix = Names.prefix("double barrier", name);
    this.waiters = prefix.concat(WAITERS);
    this.ready = prefix.concat(Bytes.utf8("ready"));
    this.withdrawn = prefix.concat(Bytes.utf8("withdrawn"));
  }

  String name() {
    return name;
  }

  Bytes prefix() {
    return prefix;
  }

  Bytes readyKey() {
    return ready;
  }

  Bytes waiters() {
    return waiters;
  }

  Admission admission() {
    return ALL;
  }

  KeyRange range() {
    return KeyRange.prefix(prefix);
  }

  /** How many members there are that came no later than this revision. */
  int countUpTo(Mirror mirror, long createRevision) {
    int count = 0;
    for (KeyValue kv : mirror.keys()) {
      if (isMember(kv) && kv.createRevision() <= createRevision) {
        count++;
      }
    }
    return count;
  }

  /** Whether there is any member that came no later than this revision. */
  boolean anyUpTo(Mirror mirror, long createRevision) {
    for (KeyValue kv : mirror.keys()) {
      if (isMember(kv) && kv.createRevision() <= createRevision) {
        return true;
      }
    }
    return false;
  }

  private boolean isMember(KeyValue kv) {
    return kv.key().startsWith(prefix) && ALL.counts(kv.key(), prefix.length());
  }

  Optional<Ready> ready(Mirror mirror) {
    return mirror.get(ready).map(Roster::ready);
  }

  /** Go's recipe writes no value, and others write what they like: then all before it are in. */
  static Ready ready(KeyValue kv) {
    long written = kv.modRevision();
    try {
      long lastIn = Long.parseLong(kv.value().utf8());
      return new Ready(written, lastIn > 0 && lastIn < written ? lastIn : written);
    } catch (NumberFormatException notOurs) {
      return new Ready(written, written);
    }
  }

  /** Says that all have come, if nothing has changed since the mirror's revision. */
  TxnRequest announce(Mirror mirror, Bytes own, long created) {
    return TxnRequest.when(
            Compare.createRevision(own, Relation.EQUAL, created),
            Compare.modRevision(ready, Relation.EQUAL, modRevision(mirror, ready)),
            Compare.modRevision(withdrawn, Relation.EQUAL, modRevision(mirror, withdrawn)))
        .then(Op.put(ready, Bytes.utf8(Long.toString(created))))
        .harmlessToRepeat();
  }

  /**
   * Says that all have come, as a part of the transaction that puts one more member's key, if that
   * is the one who is missing in the mirror, and everything is as in the mirror still. Then the
   * last one in is at the very revision of this. That nobody has come or gone is not enough: the
   * others may be in by now, with one who has died since and of whom only {@code ready} tells.
   */
  Optional<TxnRequest> announceWithTheLast(Mirror mirror, int count) {
    Optional<Ready> before = ready(mirror);
    boolean lastRoundGoesOn = before.isPresent() && anyUpTo(mirror, before.get().lastIn());
    List<KeyValue> others = members(mirror);
    if (lastRoundGoesOn || others.size() != count - 1 || count > MOST_NAMED) {
      return Optional.empty();
    }
    List<Compare> unchanged = new ArrayList<>();
    others.forEach(
        kv -> unchanged.add(Compare.createRevision(kv.key(), Relation.EQUAL, kv.createRevision())));
    unchanged.add(
        new Compare.OfField(
            KeyRange.prefix(waiters), Field.CREATE_REVISION, Relation.LESS, mirror.revision() + 1));
    unchanged.add(Compare.modRevision(ready, Relation.EQUAL, modRevision(mirror, ready)));
    return Optional.of(
        TxnRequest.when(unchanged.toArray(Compare[]::new)).then(Op.put(ready, Bytes.EMPTY)));
  }

  private List<KeyValue> members(Mirror mirror) {
    List<KeyValue> members = new ArrayList<>();
    for (KeyValue kv : mirror.keys()) {
      if (isMember(kv)) {
        members.add(kv);
      }
    }
    return members;
  }

  private static long modRevision(Mirror mirror, Bytes key) {
    return mirror.get(key).map(KeyValue::modRevision).orElse(0L);
  }

  /**
   * Takes a member away, unless all have come meanwhile; else-branch: ready, and its own key.
   *
   * @param others a ready that was written after the member had come, though not for it
   */
  TxnRequest withdraw(Bytes own, long created, Optional<Ready> others) {
    Compare noNewRound =
        others
            .map(known -> Compare.modRevision(ready, Relation.EQUAL, known.modRevision()))
            .orElseGet(() -> Compare.modRevision(ready, Relation.LESS, created));
    return TxnRequest.when(Compare.createRevision(own, Relation.EQUAL, created), noNewRound)
        .then(Op.delete(own), Op.put(withdrawn, Bytes.EMPTY))
        .otherwise(Op.get(ready), Op.get(RangeRequest.key(own).keysOnly()))
        .harmlessToRepeat();
  }

  /** Leaves no key behind, if nobody is there. */
  TxnRequest tidy() {
    return TxnRequest.when(
            new Compare.OfField(KeyRange.prefix(waiters), Field.CREATE_REVISION, Relation.EQUAL, 0))
        .then(Op.delete(ready), Op.delete(withdrawn))
        .harmlessToRepeat();
  }
}
