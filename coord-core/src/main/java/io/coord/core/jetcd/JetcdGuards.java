package io.coord.core.jetcd;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Guard;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;

/** Makes transactions of jetcd's own client succeed only while a hold of Coord's stands. */
public final class JetcdGuards {

  private JetcdGuards() {}

  /**
   * Gives a guard as a condition of jetcd's. Does not block.
   *
   * @param coord the connection that the guard is of; its namespace is put before the key, so the
   *     jetcd client must be one without a namespace
   * @param guard what must be true
   * @return the condition
   */
  public static Cmp cmp(Coord coord, Guard guard) {
    Bytes key = coord.config().namespace().concat(guard.key());
    return new Cmp(ByteSequence.from(key.toArray()), Cmp.Op.EQUAL, target(guard));
  }

  private static CmpTarget<?> target(Guard guard) {
    return switch (guard.aspect()) {
      case CREATE_REVISION -> CmpTarget.createRevision(guard.revision());
      case MOD_REVISION -> CmpTarget.modRevision(guard.revision());
    };
  }
}
