package io.coord.stm.internal;

import io.coord.stm.internal.CommitOutcome.NotCommitted;
import java.util.OptionalInt;

/** A transaction in a group, which is told what became of it, outside of locks. */
interface Member {

  /** Whether nobody wants its result any more. Called under a lock, too. */
  boolean isCalledOff();

  /** How many keys its group may touch, as far as this member is concerned. */
  int mostKeys();

  /** Whether what it overwrites without having read it must not be newer than its reads. */
  boolean guardsBlindWrites();

  /**
   * The group took effect.
   *
   * @param position this member's place in what was written at the revision, from 0; empty when
   *     nothing was
   */
  void committed(long revision, OptionalInt position);

  /** The group did not take effect, or one before it did not: run again. */
  void conflicted(NotCommitted conflict);

  /**
   * The group cannot be committed as a whole, maybe for another member's sake: run again, alone.
   */
  void alone();

  /** What became of the group cannot be told, or etcd could not be reached. */
  void failed(Throwable failure);
}
