package io.coord.locks;

import io.coord.core.Contender;
import java.util.List;

/**
 * Who holds a lock and who waits for it, as etcd knew it at one moment.
 *
 * @param holders those who hold, in the order in which they came
 * @param waiters those who wait, in the order in which it will be their turn
 */
public record LockQueue(List<Contender> holders, List<Contender> waiters) {

  /**
   * Copies the lists.
   *
   * @param holders those who hold
   * @param waiters those who wait
   */
  public LockQueue {
    holders = List.copyOf(holders);
    waiters = List.copyOf(waiters);
  }
}
