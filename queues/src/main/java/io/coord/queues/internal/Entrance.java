package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeResult;
import java.util.List;

/**
 * How values come in once their keys are known, and on which conditions. Used by {@link Sequences},
 * for one group at a time, whose parcels go with one another ({@link Terms#goWith}).
 */
interface Entrance {

  /** What must be read before a group can come in; none when enough is known. */
  List<Op> needed(List<Parcel> group);

  /**
   * What {@link #needed} asked for.
   *
   * @throws io.coord.core.RefusedException when it shows that the group cannot come in
   */
  void read(List<Parcel> group, List<RangeResult> answer);

  /** The conditions of a group, besides those of its keys. */
  List<Compare> conditions(List<Parcel> group);

  /** The operations that bring one value in. */
  List<Op> ops(Bytes key, Bytes value, Parcel parcel);

  /** The operations that bring a group in, besides those of its values. */
  List<Op> ops(Bytes firstKey, List<Parcel> group);

  /** Reads that tell why the conditions of a group were not met. */
  List<Op> evidence(List<Parcel> group);

  /**
   * The conditions were not met.
   *
   * @throws io.coord.core.RefusedException when the group cannot come in
   */
  void notMet(List<Parcel> group, List<RangeResult> evidence);

  /** A group is in. */
  void entered(List<Parcel> group, long revision);

  /** Simply puts the value. */
  record Open() implements Entrance {

    @Override
    public List<Op> needed(List<Parcel> group) {
      return List.of();
    }

    @Override
    public void read(List<Parcel> group, List<RangeResult> answer) {}

    @Override
    public List<Compare> conditions(List<Parcel> group) {
      return List.of();
    }

    @Override
    public List<Op> ops(Bytes key, Bytes value, Parcel parcel) {
      return List.of(Op.put(key, value));
    }

    @Override
    public List<Op> ops(Bytes firstKey, List<Parcel> group) {
      return List.of();
    }

    @Override
    public List<Op> evidence(List<Parcel> group) {
      return List.of();
    }

    @Override
    public void notMet(List<Parcel> group, List<RangeResult> evidence) {}

    @Override
    public void entered(List<Parcel> group, long revision) {}
  }
}
