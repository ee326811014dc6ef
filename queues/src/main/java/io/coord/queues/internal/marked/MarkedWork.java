package io.coord.queues.internal.marked;

import io.coord.core.internal.store.Op;
import java.util.List;

/** What a marked transaction is to do. Built anew for each time that it is sent. */
public interface MarkedWork {

  /**
   * What is done. Every branch that writes anything also writes the mark, once; a branch that does
   * not write the mark writes nothing.
   */
  List<Op> ops(Mark mark);

  /** Reads that tell, together with the mark, what was done or why nothing was. */
  List<Op> evidence(Mark mark);
}
