package io.coord.core.internal.marked;

import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Op;
import java.util.List;

/** What a marked transaction is to do. */
public sealed interface MarkedWork {

  /**
   * Whether nobody wants it any more; asked before anything is sent, which then does not happen.
   */
  default boolean isCalledOff() {
    return false;
  }

  /**
   * If all conditions hold, all the writes. The mark is added to them, at the cost of one compare
   * and one operation, and of one in the other branch.
   */
  non-sealed interface Plain extends MarkedWork {

    /** What must hold. */
    List<Compare> conditions();

    /** What is done then. */
    List<Op> writes();

    /** What is read when a condition does not hold: the evidence of that verdict. */
    List<Op> otherwise();

    /** Writes without conditions, or with some that nobody asks about. */
    record Writes(List<Compare> conditions, List<Op> writes, List<Op> otherwise) implements Plain {

      /** Copies the lists. */
      public Writes {
        conditions = List.copyOf(conditions);
        writes = List.copyOf(writes);
        otherwise = List.copyOf(otherwise);
      }
    }
  }

  /** Operations with conditions of their own, in branches that each say what they did. */
  non-sealed interface Branching extends MarkedWork {

    /**
     * What is done. Every branch that writes anything also writes the mark, once; a branch that
     * does not write the mark writes nothing.
     */
    List<Op> ops(Mark mark);

    /** Reads that tell, together with the mark, what was done or why nothing was. */
    List<Op> evidence(Mark mark);
  }
}
