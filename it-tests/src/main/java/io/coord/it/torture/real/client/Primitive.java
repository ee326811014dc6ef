package io.coord.it.torture.real.client;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is tortured. */
public enum Primitive {
  /** Mutex. */
  MUTEX,
  /** RWMutex. */
  RWMUTEX,
  /** Semaphore. */
  SEMAPHORE,
  /** Election, with an observer in each client. */
  ELECTION,
  /** Queue. */
  QUEUE,
  /** PriorityQueue. */
  PQUEUE,
  /** WorkQueue. */
  WORKQUEUE,
  /** Barrier. */
  BARRIER,
  /** DoubleBarrier. */
  DBARRIER,
  /** CountDownLatch. */
  LATCH,
  /** Transactions: a bank. */
  STM;

  /** Its name on the command line and in histories. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException when there is none such
   */
  public static Primitive parse(String word) {
    return Arrays.stream(values())
        .filter(primitive -> primitive.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no primitive \""
                        + word
                        + "\" to use on real members; expected some of "
                        + List.of(values()).stream()
                            .map(Primitive::word)
                            .collect(Collectors.joining(", "))));
  }
}
