package io.coord.benchmarks.cases;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches over the items of one queue: each must come out once, and those of one lane in their
 * order. A lane is what one producer puts at one priority. Safe to share between threads.
 */
final class ItemAudit {

  private static final int LANE_DIGITS = 8;
  private static final int NUMBER_DIGITS = Puts.VALUE_BYTES - LANE_DIGITS - 1;

  private final Map<Integer, BitSet> seen = new ConcurrentHashMap<>();
  private final AtomicLong reordered = new AtomicLong();
  private final AtomicLong doubled = new AtomicLong();

  /** One who takes items, on one thread; items of a lane must come to it in their order. */
  final class Taker {

    private final Map<Integer, Integer> lastNumbers = new HashMap<>();

    void took(String item) {
      int lane = Integer.parseInt(item, 0, LANE_DIGITS, 10);
      int number = Integer.parseInt(item, LANE_DIGITS + 1, item.length(), 10);
      Integer last = lastNumbers.put(lane, number);
      if (last != null && last >= number) {
        reordered.incrementAndGet();
      }
      BitSet ofLane = seen.computeIfAbsent(lane, unused -> new BitSet());
      synchronized (ofLane) {
        if (ofLane.get(number)) {
          doubled.incrementAndGet();
        }
        ofLane.set(number);
      }
    }
  }

  /** An item of 32 characters; the numbers of a lane begin with 0. */
  static String item(int lane, int number) {
    return padded(lane, LANE_DIGITS) + "/" + padded(number, NUMBER_DIGITS);
  }

  private static String padded(int value, int digits) {
    String text = Integer.toString(value);
    return "0".repeat(digits - text.length()) + text;
  }

  /**
   * How often a promise was broken.
   *
   * @param put how many items were put into each lane
   */
  long violations(Map<Integer, Integer> put) {
    long wrong = reordered.get() + doubled.get();
    for (Map.Entry<Integer, Integer> lane : put.entrySet()) {
      BitSet found = seen.getOrDefault(lane.getKey(), new BitSet());
      int lost = lane.getValue() - found.get(0, lane.getValue()).cardinality();
      int invented = found.cardinality() - (lane.getValue() - lost);
      wrong += lost + invented;
    }
    return wrong;
  }
}
