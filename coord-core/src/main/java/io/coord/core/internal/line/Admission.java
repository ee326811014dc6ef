package io.coord.core.internal.line;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Changes;

/**
 * Who in a line may hold at once. Always those at its head: nobody overtakes.
 *
 * <p>Implementations are immutable and equal to others of the same rule, since a line is shared by
 * all who name its prefix with the same rule.
 */
public interface Admission {

  /** The rule of a mutex and of an election: the first one. */
  Admission FIRST =
      new Admission() {
        @Override
        public int admitted(Iterable<Entry> line) {
          return 1;
        }

        @Override
        public boolean counts(Bytes key, int prefixLength) {
          return !key.contains((byte) '/', prefixLength);
        }

        @Override
        public Changes changesThatMatter() {
          return Changes.DELETIONS;
        }

        @Override
        public String toString() {
          return "first";
        }
      };

  /**
   * How many entries at the head may hold at once; more than there are means all of them.
   *
   * @param line the entries, in order
   */
  int admitted(Iterable<Entry> line);

  /**
   * Whether a key under the line's prefix is a place in this line, rather than part of something
   * whose name happens to begin like that.
   */
  boolean counts(Bytes key, int prefixLength);

  /**
   * What may let somebody in: deletions only, where whoever comes later never helps those before.
   */
  default Changes changesThatMatter() {
    return Changes.ALL;
  }

  /**
   * Whether everybody holds as soon as he has joined. Then nobody needs to know who else is there,
   * and nobody waits for somebody to leave.
   */
  default boolean admitsEverybody() {
    return false;
  }
}
