package io.coord.locks.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Entry;
import java.util.OptionalInt;

/*
 * The rule of a semaphore: those at the head hold, as long as their permits together are no more than
 * the maximum. Nobody overtakes: a small request waits behind a great one.
 *
 * Both numbers stand in the keys, n/holder/<permits>/<unique> and n/limit/<maximum>, and keys are
 * never written again. So a line that knows its keys knows everything that decides, and what holds for
 * entries (one that is gone never comes back) holds for the maximum too. Raising it replaces the key:
 * the entry of the old one is gone as of the revision that brought the new one, and a line grants
 * nothing on the strength of that before it has seen the waiter's own key no earlier.
 *
 * The maximum only rises, so the number that a client agreed on when it came stays a bound that is
 * safe, though the limit's key be deleted by hand.
 */

/**
 * Who holds permits of a semaphore.
 *
 * @param prefixLength the length of what all keys of the line begin with
 * @param agreed the maximum when the client came
 */
public record PermitAdmission(int prefixLength, int agreed) implements Admission {

  /** What stands after the prefix in the keys of holders and waiters. */
  public static final Bytes HOLDER = Bytes.utf8("holder/");

  /** What stands after the prefix in the key of the maximum. */
  public static final Bytes LIMIT = Bytes.utf8("limit/");

  @Override
  public int admitted(Iterable<Entry> line) {
    int maximum = agreed;
    for (Entry entry : line) {
      maximum = Math.max(maximum, limit(entry.key()).orElse(0));
    }
    long taken = 0;
    int admitted = 0;
    for (Entry entry : line) {
      taken += permits(entry.key()).orElse(0);
      if (taken > maximum) {
        return admitted;
      }
      admitted++;
    }
    return admitted;
  }

  @Override
  public boolean counts(Bytes key, int prefix) {
    return permits(key).isPresent() || limit(key).isPresent();
  }

  /** The permits that a holder's or waiter's key asks for; empty for any other key. */
  public OptionalInt permits(Bytes key) {
    String rest = rest(key, HOLDER);
    int slash = rest.indexOf('/');
    boolean isPlace = slash > 0 && slash == rest.lastIndexOf('/') && slash < rest.length() - 1;
    return isPlace ? number(rest.substring(0, slash)) : OptionalInt.empty();
  }

  /** The maximum that a key says; empty for any other key. */
  public OptionalInt limit(Bytes key) {
    return number(rest(key, LIMIT));
  }

  private String rest(Bytes key, Bytes kind) {
    if (key.length() <= prefixLength + kind.length()
        || key.at(prefixLength) != kind.at(0)
        || !key.from(prefixLength).startsWith(kind)) {
      return "";
    }
    return key.from(prefixLength + kind.length()).utf8();
  }

  private static OptionalInt number(String text) {
    boolean isNumber =
        !text.isEmpty() && text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isNumber || text.startsWith("0")) {
      return OptionalInt.empty();
    }
    long number = Long.parseLong(text);
    return number <= Integer.MAX_VALUE ? OptionalInt.of((int) number) : OptionalInt.empty();
  }
}
