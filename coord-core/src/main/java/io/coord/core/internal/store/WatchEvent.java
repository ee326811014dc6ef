package io.coord.core.internal.store;

/**
 * A change of one key.
 *
 * @param type what happened
 * @param kv for a put, the key as written; for a deletion, its key and, as modification revision,
 *     the revision of the deletion
 */
public record WatchEvent(Type type, KeyValue kv) {

  /** What happened to the key. */
  public enum Type {
    PUT,
    DELETE
  }
}
