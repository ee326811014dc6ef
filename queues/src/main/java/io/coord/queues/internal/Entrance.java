package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeResult;
import java.util.List;

/**
 * How a value comes in once its key is known, and on which conditions. Used by {@link Sequences},
 * for one group at a time.
 */
interface Entrance {

  /** What must be read before a parcel can come in; none when enough is known. */
  List<Op> needed(Parcel parcel);

  /**
   * What {@link #needed} asked for.
   *
   * @throws io.coord.core.RefusedException when it shows that the parcel cannot come in
   */
  void read(Parcel parcel, List<RangeResult> answer);

  /** The conditions of a parcel, besides those of its keys. */
  List<Compare> conditions(Parcel parcel);

  /** The operations that bring one value in. */
  List<Op> ops(Bytes key, Bytes value, Parcel parcel);

  /** The operations that bring a parcel in, besides those of its values. */
  List<Op> ops(Bytes firstKey, Parcel parcel);

  /** Reads that tell why the conditions of a parcel were not met. */
  List<Op> evidence(Parcel parcel);

  /**
   * The conditions were not met.
   *
   * @throws io.coord.core.RefusedException when the parcel cannot come in
   */
  void notMet(Parcel parcel, List<RangeResult> evidence);

  /** A parcel is in. */
  void entered(Parcel parcel, long revision);

  /** Simply puts the value. */
  record Open() implements Entrance {

    @Override
    public List<Op> needed(Parcel parcel) {
      return List.of();
    }

    @Override
    public void read(Parcel parcel, List<RangeResult> answer) {}

    @Override
    public List<Compare> conditions(Parcel parcel) {
      return List.of();
    }

    @Override
    public List<Op> ops(Bytes key, Bytes value, Parcel parcel) {
      return List.of(Op.put(key, value));
    }

    @Override
    public List<Op> ops(Bytes firstKey, Parcel parcel) {
      return List.of();
    }

    @Override
    public List<Op> evidence(Parcel parcel) {
      return List.of();
    }

    @Override
    public void notMet(Parcel parcel, List<RangeResult> evidence) {}

    @Override
    public void entered(Parcel parcel, long revision) {}
  }
}
