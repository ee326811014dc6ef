package io.coord.it.torture.real.client;

import io.coord.core.Coord;
import io.coord.it.torture.real.history.Operation;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The two plain queues as one: puts items in, and takes items out. */
public final class QueueWork {

  /** The name under which a history says what was put in. */
  public static final String VALUES = "values";

  /** The name under which a history says what was taken. */
  public static final String VALUE = "value";

  /** The name under which a history says with which priority. */
  public static final String PRIORITY = "priority";

  private static final int PRIORITIES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private QueueWork() {}

  /** Puts values in, with a priority if the queue has any. */
  private interface Putting {
    long put(List<String> values, int priority) throws InterruptedException;
  }

  static Workload producer(Hands hands) {
    Queue<String> queue = fifo(hands.coord());
    return producer(hands, (values, priority) -> queue.enqueueAll(values), 1);
  }

  static Workload priorityProducer(Hands hands) {
    PriorityQueue<String> queue = byPriority(hands.coord());
    return producer(hands, queue::enqueueAll, PRIORITIES);
  }

  private static Workload producer(Hands hands, Putting queue, int priorities) {
    return () -> {
      int priority = hands.random().nextInt(priorities);
      long number = hands.recorder().operations();
      List<String> values =
          IntStream.range(0, hands.chance(80) ? 1 : 3)
              .mapToObj(i -> hands.name() + "#" + number + "." + i)
              .toList();
      Map<String, ?> with = Map.of(VALUES, values, PRIORITY, priority);
      Function<Long, Map<String, ?>> told = revision -> Map.of(Operation.REVISION, revision);
      Optional<Long> unused =
          hands.recorder().call("enqueue", with, () -> queue.put(values, priority), told);
      hands.pauseUpTo(60);
    };
  }

  static Workload consumer(Hands hands) {
    Queue<String> queue = fifo(hands.coord());
    return () -> taking(hands.recorder(), () -> queue.poll(PATIENCE));
  }

  static Workload priorityConsumer(Hands hands) {
    PriorityQueue<String> queue = byPriority(hands.coord());
    return () -> taking(hands.recorder(), () -> queue.poll(PATIENCE));
  }

  private static void taking(Recorder recorder, Recorder.Doing<Optional<String>> poll)
      throws InterruptedException {
    boolean unused = take(recorder, poll);
  }

  /** Takes an item, if there is one, and marks that it has it. */
  private static boolean take(Recorder recorder, Recorder.Doing<Optional<String>> poll)
      throws InterruptedException {
    boolean taken =
        recorder.call("poll", Map.of(), poll, QueueWork::told).flatMap(value -> value).isPresent();
    recorder.mark();
    return taken;
  }

  private static Map<String, ?> told(Optional<String> got) {
    return got.<Map<String, ?>>map(value -> Map.of(VALUE, value)).orElse(Map.of());
  }

  /** Takes all that is left in the plain queue. */
  public static void drain(Coord coord, Recorder recorder) throws InterruptedException {
    Queue<String> queue = fifo(coord);
    while (take(recorder, queue::poll)) {}
  }

  /** Takes all that is left in the priority queue. */
  public static void drainByPriority(Coord coord, Recorder recorder) throws InterruptedException {
    PriorityQueue<String> queue = byPriority(coord);
    while (take(recorder, queue::poll)) {}
  }

  private static Queue<String> fifo(Coord coord) {
    return Queue.of(coord, "torture/queue");
  }

  private static PriorityQueue<String> byPriority(Coord coord) {
    return PriorityQueue.of(coord, "torture/pqueue");
  }
}
