package io.coord.core.internal.store;

import io.coord.core.Bytes;
import java.util.Arrays;
import java.util.Optional;

/**
 * One key, or every key from {@code start} up to and without {@code end}.
 *
 * @param start the first key of the range
 * @param end the first key past the range; empty when the range is the single key {@code start};
 *     {@link #UNBOUNDED} when the range has no upper end
 */
public record KeyRange(Bytes start, Optional<Bytes> end) {

  /** The {@code end} by which etcd denotes "every key from start on". */
  public static final Bytes UNBOUNDED = Bytes.wrap(new byte[] {0});

  /** On its way to etcd an empty end is no end at all, which would make the range a single key. */
  public KeyRange {
    if (end.filter(Bytes::isEmpty).isPresent()) {
      throw new IllegalArgumentException(
          "the end of the range from " + start + " is empty; expected a key, or UNBOUNDED");
    }
  }

  public static KeyRange single(Bytes key) {
    return new KeyRange(key, Optional.empty());
  }

  /** Every key that begins with {@code prefix}; an empty prefix is every key there is. */
  public static KeyRange prefix(Bytes prefix) {
    return prefix.isEmpty()
        ? new KeyRange(UNBOUNDED, Optional.of(UNBOUNDED))
        : new KeyRange(prefix, Optional.of(prefixEnd(prefix)));
  }

  public static KeyRange between(Bytes start, Bytes end) {
    return new KeyRange(start, Optional.of(end));
  }

  /** The smallest key that is greater than {@code key}. */
  public static Bytes after(Bytes key) {
    return key.concat(Bytes.wrap(new byte[] {0}));
  }

  public boolean isSingle() {
    return end.isEmpty();
  }

  public boolean contains(Bytes key) {
    if (end.isEmpty()) {
      return start.equals(key);
    }
    return start.compareTo(key) <= 0
        && (end.get().equals(UNBOUNDED) || key.compareTo(end.get()) < 0);
  }

  /** The smallest key that is greater than every key with this prefix. */
  private static Bytes prefixEnd(Bytes prefix) {
    byte[] end = prefix.toArray();
    for (int i = end.length - 1; i >= 0; i--) {
      if (end[i] != (byte) 0xff) {
        end[i]++;
        return Bytes.wrap(Arrays.copyOf(end, i + 1));
      }
    }
    return UNBOUNDED;
  }
}
