package io.coord.benchmarks.cases;

import io.coord.core.internal.Futures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Fills a queue before it is measured: some lanes, a hundred items at a time. */
final class QueueFill {

  private static final int TOGETHER = 100;

  private QueueFill() {}

  /** Puts items in, of as many lanes as there are priorities; gives how many are in each lane. */
  static Map<Integer, Integer> fill(BenchQueue queue, int items, int lanes)
      throws InterruptedException {
    Map<Integer, Integer> put = new HashMap<>();
    List<CompletableFuture<Long>> under = new ArrayList<>();
    int left = items;
    for (int turn = 0; left > 0; turn++) {
      int lane = turn % lanes;
      int first = put.getOrDefault(lane, 0);
      int count = Math.min(Math.min(TOGETHER, Math.max(1, items / lanes)), left);
      List<String> next = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        next.add(ItemAudit.item(lane, first + i));
      }
      under.add(queue.enqueueAll(next, lane));
      put.put(lane, first + count);
      left -= count;
    }
    for (CompletableFuture<Long> one : under) {
      Futures.await(one);
    }
    return put;
  }
}
