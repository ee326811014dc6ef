package io.coord.core;

/**
 * A condition on one key in etcd that is true for as long as something is held: a lock, a
 * leadership, a permit. A transaction that requires it succeeds only while the hold stands, decided
 * by etcd itself at the moment of the commit, whatever the holder believes.
 *
 * <p>Use it with {@link Coord#transaction()}, in a transaction of the {@code stm} module, or with
 * jetcd's own client through {@code io.coord.core.jetcd.JetcdGuards}.
 *
 * @param key the holder's key, without the connection's namespace
 * @param aspect what is compared
 * @param revision what it must be equal to
 */
public record Guard(Bytes key, Aspect aspect, long revision) {

  private static final long NO_REVISION = -1;

  /** What of the key is compared. */
  public enum Aspect {
    /** The revision that created the key: the key may have been written since. */
    CREATE_REVISION,
    /** The revision that last wrote the key: it must not have been written since. */
    MOD_REVISION
  }

  /**
   * True while the key that was created at this revision exists.
   *
   * @param key the key
   * @param revision its create revision
   * @return the condition
   */
  public static Guard exists(Bytes key, long revision) {
    return new Guard(key, Aspect.CREATE_REVISION, revision);
  }

  /**
   * True at no time: of what was released before its guard was asked for.
   *
   * @param key the key
   * @return the condition
   */
  public static Guard never(Bytes key) {
    return new Guard(key, Aspect.CREATE_REVISION, NO_REVISION);
  }

  /**
   * True while the key exists as it was written at this revision.
   *
   * @param key the key
   * @param revision its modification revision
   * @return the condition
   */
  public static Guard unchanged(Bytes key, long revision) {
    return new Guard(key, Aspect.MOD_REVISION, revision);
  }
}
