package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Field;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * By key: five digits of the priority, a slash, sixteen digits of the sequence. Something that
 * leaves earlier may come in at any time, so a transaction that takes an item also checks that
 * nothing has, since the front was known.
 *
 * <p>It does not look at the keys before the item for that: etcd keeps deleted keys until it is
 * compacted, and would walk over all that ever were there. Whoever puts an item rewrites the base
 * key of its priority, so a compare over the base keys of the higher priorities tells. Of its own
 * priority, only what is returned to an old place goes before an item.
 *
 * @param prefix what all items begin with
 * @param returns a key that is rewritten with every such return; empty where there are none
 */
record PriorityOrder(Bytes prefix, Optional<Bytes> returns) implements ItemOrder {

  static final int PRIORITY_DIGITS = 5;
  static final int SEQUENCE_DIGITS = 16;

  private static final Bytes BASE = Bytes.utf8("__");
  private static final Bytes SLASH = Bytes.utf8("/");
  private static final int TEN = 10;

  /** What the keys of one priority begin with, without the slash: Go's name for it. */
  Bytes ofPriority(int priority) {
    return prefix.concat(digits(priority, PRIORITY_DIGITS));
  }

  Bytes key(int priority, long sequence) {
    return ofPriority(priority).concat(SLASH).concat(digits(sequence, SEQUENCE_DIGITS));
  }

  /** Where the keys of the priorities behind this one begin. */
  Bytes afterPriority(int priority) {
    return KeyRange.prefix(ofPriority(priority)).end().orElseThrow();
  }

  /** The key that is rewritten with every item of a priority: Go's name for it. */
  Bytes base(int priority) {
    return BASE.concat(ofPriority(priority));
  }

  int priorityOf(Bytes key) {
    return Integer.parseInt(key.from(prefix.length()).upTo(PRIORITY_DIGITS).utf8());
  }

  @Override
  public KeyRange range() {
    return KeyRange.between(ofPriority(0), prefix.concat(Bytes.utf8(":")));
  }

  @Override
  public boolean isItem(Bytes key) {
    int slash = prefix.length() + PRIORITY_DIGITS;
    return key.startsWith(prefix)
        && key.length() == slash + 1 + SEQUENCE_DIGITS
        && key.at(slash) == '/'
        && areDigits(key, prefix.length(), slash)
        && areDigits(key, slash + 1, key.length());
  }

  /** The numbers of Go's recipe leave no room for it. */
  @Override
  public Optional<Instant> since(Bytes key) {
    return Optional.empty();
  }

  @Override
  public Bytes after(Bytes stranger) {
    return KeyRange.after(stranger);
  }

  @Override
  public Comparator<Item> comparator() {
    return Comparator.comparing(Item::key);
  }

  @Override
  public RangeRequest.Order readOrder() {
    return RangeRequest.Order.KEY;
  }

  @Override
  public Optional<KeyRange> series(Bytes key) {
    return Optional.empty();
  }

  @Override
  public boolean hasTies() {
    return false;
  }

  @Override
  public boolean mayBeOvertaken() {
    return true;
  }

  @Override
  public List<Compare> nothingNewBefore(Item item, long knownThrough) {
    List<Compare> conditions = new ArrayList<>();
    int priority = priorityOf(item.key());
    if (priority > 0) {
      conditions.add(noNewer(KeyRange.between(base(0), base(priority)), knownThrough));
    }
    returns.ifPresent(key -> conditions.add(noNewer(KeyRange.single(key), knownThrough)));
    return conditions;
  }

  /** A number with zeros before it. Written for every key of every item: a formatter takes long. */
  private static Bytes digits(long number, int width) {
    byte[] digits = new byte[width];
    long rest = number;
    for (int i = width - 1; i >= 0; i--) {
      digits[i] = (byte) ('0' + rest % TEN);
      rest /= TEN;
    }
    return Bytes.wrap(digits);
  }

  private static Compare noNewer(KeyRange range, long knownThrough) {
    return new Compare.OfField(range, Field.MOD_REVISION, Relation.LESS, knownThrough + 1);
  }

  private static boolean areDigits(Bytes key, int from, int to) {
    for (int i = from; i < to; i++) {
      if (key.at(i) < '0' || key.at(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
