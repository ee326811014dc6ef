package io.coord.queues;

import io.coord.core.RefusedException;

/** An item with the same deduplication id is in the work queue. Nothing was enqueued. */
public final class DuplicateItemException extends RefusedException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param queue the queue's name
   * @param id the id
   */
  public DuplicateItemException(String queue, String id) {
    super(
        "an item with the id "
            + id
            + " is in work queue "
            + queue
            + " already; expected another id, or that it is acknowledged first",
        null);
  }
}
