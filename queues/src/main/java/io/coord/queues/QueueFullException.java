package io.coord.queues;

import io.coord.core.RefusedException;

/**
 * The work queue is as long as it may be. Nothing was enqueued; there is room once items have been
 * acknowledged.
 */
public final class QueueFullException extends RefusedException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param queue the queue's name
   * @param length how many items it has
   * @param bound how many it may have
   */
  public QueueFullException(String queue, long length, int bound) {
    super(
        "work queue "
            + queue
            + " has "
            + length
            + " items; expected room below its bound of "
            + bound
            + ", which comes as items are acknowledged",
        null);
  }
}
