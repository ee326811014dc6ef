package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.internal.Futures;
import io.coord.queues.Queue;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * A producer and a consumer that are killed at a random moment. What the producer was told is in
 * the queue is there once, and what it was not told is there at most once; the consumer's items
 * that others do not get are at most those that it was taking.
 */
final class KilledClients {

  private static final int VALUES = 60;

  private final SimulatedEtcd etcd;
  private final SplittableRandom random;
  private final Set<String> told = new HashSet<>();
  private final List<String> out = new ArrayList<>();
  private int taking;

  KilledClients(SimulatedEtcd etcd) {
    this.etcd = etcd;
    this.random = new SplittableRandom(etcd.seed());
  }

  void run() {
    produceNext(Queue.of(etcd.coord("producer"), "jobs"), 0);
    Queue<String> queue = Queue.of(etcd.coord("consumer"), "jobs");
    for (int i = 0; i < 3; i++) {
      take(queue);
    }
    etcd.runFor(Duration.ofMillis(random.nextInt(500)));
    etcd.faults().kill("consumer");
    int inHand = taking;
    etcd.runFor(Duration.ofMillis(random.nextInt(500)));
    etcd.faults().kill("producer");
    etcd.runFor(Duration.ofMinutes(1));
    drain(Queue.of(etcd.coord("survivor"), "jobs"));

    assertThat(out).doesNotHaveDuplicates();
    Set<String> missing = new HashSet<>(told);
    missing.removeAll(out);
    assertThat(missing).hasSizeLessThanOrEqualTo(inHand);
  }

  private void produceNext(Queue<String> queue, int number) {
    if (number < VALUES) {
      Futures.onDone(
          queue.enqueueAsync("v" + number),
          revision -> {
            told.add("v" + number);
            produceNext(queue, number + 1);
          },
          failure -> {
            throw new AssertionError(failure);
          });
    }
  }

  private void take(Queue<String> queue) {
    taking++;
    Futures.onDone(
        queue.dequeueAsync(),
        value -> {
          taking--;
          out.add(value);
          take(queue);
        },
        failure -> {
          throw new AssertionError(failure);
        });
  }

  private void drain(Queue<String> queue) {
    CompletableFuture<Optional<String>> poll = queue.pollAsync();
    for (Optional<String> next = etcd.await(poll);
        next.isPresent();
        next = etcd.await(queue.pollAsync())) {
      out.add(next.get());
    }
  }
}
