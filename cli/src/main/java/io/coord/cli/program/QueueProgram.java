package io.coord.cli.program;

import io.coord.cli.shell.Action;
import io.coord.cli.show.ValueText;
import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.queues.ItemQueue;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Pushes values and pops them. Pops wait on a thread of their own, one after the other: one that is
 * interrupted while it takes a value still gets it, so that none is lost when the program ends.
 */
public final class QueueProgram implements Program {

  /** What Java makes of bytes that are no text. */
  private static final char UNREADABLE = '\uFFFD';

  private final ItemQueue<Bytes> queue;
  private final List<String> parameters;
  private final Function<List<String>, CompletableFuture<Long>> push;
  private final Consumer<String> out;
  private final Background pushes;
  private final Background takes;
  private final ExecutorService pops =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "coord-pop"));
  private volatile boolean closing;

  private QueueProgram(
      ItemQueue<Bytes> queue,
      List<String> parameters,
      Function<List<String>, CompletableFuture<Long>> push,
      Consumer<String> out) {
    this.queue = queue;
    this.parameters = parameters;
    this.push = push;
    this.out = out;
    this.pushes = new Background(out);
    this.takes = new Background(out);
  }

  /** With a queue. */
  public static QueueProgram firstInFirstOut(Coord coord, String name, Consumer<String> out) {
    Queue<Bytes> queue = Queue.of(coord, name, Codec.bytes());
    return new QueueProgram(
        queue, List.of("VALUE"), given -> queue.enqueueAsync(value(given.get(0))), out);
  }

  /** With a priority queue. */
  public static QueueProgram byPriority(Coord coord, String name, Consumer<String> out) {
    PriorityQueue<Bytes> queue = PriorityQueue.of(coord, name, Codec.bytes());
    return new QueueProgram(
        queue,
        List.of("VALUE", "PRIORITY"),
        given -> queue.enqueueAsync(value(given.get(0)), priority(given.get(1))),
        out);
  }

  private static Bytes value(String text) {
    if (text.indexOf(UNREADABLE) >= 0) {
      throw new IllegalArgumentException(
          "the value has bytes that are no text; expected UTF-8, or coord push, which takes any"
              + " bytes");
    }
    return Bytes.utf8(text);
  }

  private static int priority(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "the priority is '" + text + "'; expected a whole number, 0 to 65535", e);
    }
  }

  @Override
  public List<Action> actions() {
    return List.of(
        new Action("push", parameters, "Puts a value into the queue.", this::push),
        new Action("pop", List.of(), "Takes the first value, or waits for one.", this::pop));
  }

  private CompletionStage<?> push(List<String> arguments) {
    return pushes.begin(push.apply(arguments), "push", "pushed " + arguments.get(0));
  }

  private CompletionStage<?> pop(List<String> arguments) {
    return takes.track(CompletableFuture.runAsync(this::take, pops));
  }

  private void take() {
    try {
      if (closing) {
        throw new InterruptedException("the program ends");
      }
      out.accept(ValueText.of(queue.dequeue()));
    } catch (InterruptedException e) {
      out.accept("gave up pop");
    }
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    pushes.awaitAll();
    takes.awaitAll();
  }

  /** Ends the waits; a value that is being taken is still said. */
  @Override
  public void close() {
    closing = true;
    pops.shutdownNow().forEach(Runnable::run);
    takes.joinAll();
  }
}
