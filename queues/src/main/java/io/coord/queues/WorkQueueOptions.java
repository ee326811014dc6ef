package io.coord.queues;

import java.util.OptionalInt;

/**
 * How a work queue is used by one client. Consumers of one queue should agree on the attempts, and
 * its producers on the bound.
 *
 * @param maxAttempts how often an item may be claimed before it is dead
 * @param maxLength how many items there may be, claimed and delayed ones counted, dead ones not
 * @param whenFull what an enqueue does when there are so many
 */
public record WorkQueueOptions(int maxAttempts, OptionalInt maxLength, WhenFull whenFull) {

  private static final int ATTEMPTS = 5;

  /** What an enqueue into a full queue does. */
  public enum WhenFull {
    /** Waits until there is room. */
    WAIT,
    /** Fails with {@link QueueFullException}. */
    REFUSE
  }

  /**
   * Checks the values.
   *
   * @param maxAttempts at least 1
   * @param maxLength at least 1
   * @param whenFull what an enqueue does then
   * @throws IllegalArgumentException when a number is not positive
   */
  public WorkQueueOptions {
    requirePositive("attempts", maxAttempts);
    if (maxLength.isPresent()) {
      requirePositive("items", maxLength.getAsInt());
    }
  }

  /**
   * Five attempts, any number of items.
   *
   * @return the options
   */
  public static WorkQueueOptions defaults() {
    return new WorkQueueOptions(ATTEMPTS, OptionalInt.empty(), WhenFull.WAIT);
  }

  /**
   * Changes how often an item may be claimed.
   *
   * @param attempts the number, at least 1
   * @return new options
   * @throws IllegalArgumentException when it is not positive
   */
  public WorkQueueOptions withMaxAttempts(int attempts) {
    return new WorkQueueOptions(attempts, maxLength, whenFull);
  }

  /**
   * Bounds the length. Producers of several connections then take turns, since each must know what
   * the others put; those of one share transactions.
   *
   * @param items the greatest number of items, at least 1
   * @param then what an enqueue does when there are so many
   * @return new options
   * @throws IllegalArgumentException when it is not positive
   */
  public WorkQueueOptions withMaxLength(int items, WhenFull then) {
    return new WorkQueueOptions(maxAttempts, OptionalInt.of(items), then);
  }

  private static void requirePositive(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          "the greatest number of " + what + " is " + number + "; expected at least 1");
    }
  }
}
