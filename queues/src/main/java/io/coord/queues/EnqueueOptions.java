package io.coord.queues;

import io.coord.core.Bytes;
import java.time.Duration;
import java.util.Optional;

/**
 * How one item comes into a {@link WorkQueue}.
 *
 * @param priority 0 to 65535; the smallest is claimed first
 * @param delay how long it may not be claimed
 * @param id no two items with the same id are in the queue at once, dead ones included
 */
public record EnqueueOptions(int priority, Optional<Duration> delay, Optional<String> id) {

  private static final EnqueueOptions DEFAULTS =
      new EnqueueOptions(0, Optional.empty(), Optional.empty());

  /**
   * Checks the values.
   *
   * @param priority 0 to 65535
   * @param delay zero or more; none when it is zero
   * @param id not empty
   * @throws IllegalArgumentException when there is no such priority, the delay is negative, or the
   *     id is empty or no valid Unicode text
   */
  public EnqueueOptions {
    if (priority < 0 || priority > PriorityQueue.LOWEST_PRIORITY) {
      throw new IllegalArgumentException(
          "the priority is " + priority + "; expected 0 to " + PriorityQueue.LOWEST_PRIORITY);
    }
    if (delay.isPresent() && delay.get().isNegative()) {
      throw new IllegalArgumentException(
          "the delay is " + delay.get() + "; expected zero or a positive duration");
    }
    if (id.isPresent() && id.get().isEmpty()) {
      throw new IllegalArgumentException("the id is empty; expected at least one character");
    }
    id.ifPresent(EnqueueOptions::checkUnicode);
    delay = delay.filter(length -> !length.isZero());
  }

  private static void checkUnicode(String id) {
    try {
      Bytes unusedEncoding = Bytes.utf8(id);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the id is no valid Unicode text: " + id, e);
    }
  }

  /**
   * Priority 0, at once, without an id.
   *
   * @return the options
   */
  public static EnqueueOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Changes the priority.
   *
   * @param newPriority 0 to 65535
   * @return new options
   * @throws IllegalArgumentException when there is no such priority
   */
  public EnqueueOptions withPriority(int newPriority) {
    return new EnqueueOptions(newPriority, delay, id);
  }

  /**
   * Keeps the item back for a while. etcd counts the time, in whole seconds, which are rounded up;
   * it makes short delays longer (two seconds by default), and may begin anew when its leader
   * changes.
   *
   * @param newDelay how long; zero or more; what is longer than a century is one
   * @return new options
   * @throws IllegalArgumentException when it is negative
   */
  public EnqueueOptions withDelay(Duration newDelay) {
    return new EnqueueOptions(priority, Optional.of(newDelay), id);
  }

  /**
   * Makes sure that the item is in the queue only once.
   *
   * @param newId names what the item is about; not empty
   * @return new options
   * @throws IllegalArgumentException when it is empty, or no valid Unicode text
   */
  public EnqueueOptions withId(String newId) {
    return new EnqueueOptions(priority, delay, Optional.of(newId));
  }
}
