package io.coord.core.internal.store;

import io.coord.core.Bytes;

/**
 * A condition of a transaction over one key, or over every key of a range.
 *
 * <p>As in etcd: a key that does not exist has create revision, modification revision and version
 * 0, and fails every comparison of its value. A comparison over a range holds when it holds for
 * every key in it; over a range without keys the numeric ones are made against 0.
 */
public sealed interface Compare {

  KeyRange range();

  Relation relation();

  /** How the stored side must relate to the given one. */
  enum Relation {
    EQUAL,
    GREATER,
    LESS,
    NOT_EQUAL
  }

  /** The numeric field that a {@link OfField} looks at. */
  enum Field {
    VERSION,
    CREATE_REVISION,
    MOD_REVISION
  }

  /** {@code field(key) relation operand} for every key of the range. */
  record OfField(KeyRange range, Field field, Relation relation, long operand) implements Compare {}

  /** {@code value(key) relation operand}, byte by byte and unsigned, for every key of the range. */
  record OfValue(KeyRange range, Relation relation, Bytes operand) implements Compare {}

  /** Holds when the key does not exist. */
  static Compare absent(Bytes key) {
    return createRevision(key, Relation.EQUAL, 0);
  }

  /** Holds when the key exists. */
  static Compare exists(Bytes key) {
    return createRevision(key, Relation.GREATER, 0);
  }

  static Compare createRevision(Bytes key, Relation relation, long revision) {
    return new OfField(KeyRange.single(key), Field.CREATE_REVISION, relation, revision);
  }

  static Compare modRevision(Bytes key, Relation relation, long revision) {
    return new OfField(KeyRange.single(key), Field.MOD_REVISION, relation, revision);
  }

  static Compare version(Bytes key, Relation relation, long version) {
    return new OfField(KeyRange.single(key), Field.VERSION, relation, version);
  }

  static Compare value(Bytes key, Relation relation, Bytes value) {
    return new OfValue(KeyRange.single(key), relation, value);
  }
}
