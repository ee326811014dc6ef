package io.coord.it.torture.real.client;

import io.coord.core.Coord;
import io.coord.it.torture.real.history.Actor;
import io.coord.it.torture.real.history.HistoryWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A client: uses all primitives until its input says to stop, and tells each second how far each
 * worker has come. Ends at once when its input ends, for then its parent is gone.
 */
public final class ClientMain {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** What stands on the input when it is to stop. */
  public static final String STOP = "stop";

  private final ClientPlan plan;
  private final List<Worker> workers = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);

  private ClientMain(ClientPlan plan) {
    this.plan = plan;
  }

  /** Begins. */
  public static void main(String[] arguments) throws InterruptedException {
    new ClientMain(ClientPlan.parse(arguments)).run();
    System.exit(0);
  }

  private void run() throws InterruptedException {
    Thread input = new Thread(this::listen, "input");
    input.setDaemon(true);
    input.start();
    HistoryWriter life = history("session-0");
    try (Coord coord =
        Coord.builder()
            .endpoints(plan.endpoints())
            .name(plan.name())
            .connectTimeout(LIMIT)
            .connect()) {
      Sessions sessions = new Sessions(coord, life);
      for (Primitive primitive : plan.primitives()) {
        enlist(primitive, sessions);
      }
      workers.forEach(Worker::start);
      while (!stop.await(1, TimeUnit.SECONDS)) {
        tell();
      }
      end(life);
    }
    tell();
  }

  private void listen() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals(STOP)) {
          stop.countDown();
        }
      }
    } catch (IOException e) {
      // As good as the end.
    }
    Runtime.getRuntime().halt(1);
  }

  private HistoryWriter history(String worker) {
    return HistoryWriter.open(plan.histories(), new Actor(plan.name(), worker));
  }

  private void enlist(Primitive primitive, Sessions sessions) {
    Function<Hands, Recorder> aside =
        hands -> new Recorder(sessions.coord(), history("observer-0"), plan.name() + "/observer");
    int number = 0;
    for (Function<Hands, Workload> making : Crew.of(primitive, aside)) {
      String worker = primitive.word() + "-" + number++;
      String name = plan.name() + "/" + worker;
      Recorder recorder = new Recorder(sessions.coord(), history(worker), name);
      Random random = new Random(plan.seed() * 31 + name.hashCode());
      Hands hands = new Hands(name, plan.place(), plan.clients(), sessions, recorder, random);
      workers.add(new Worker(worker, recorder, making.apply(hands)));
    }
  }

  private void tell() {
    System.out.println(
        workers.stream()
            .map(worker -> worker.name() + "=" + worker.rounds())
            .collect(Collectors.joining(" ", "rounds ", "")));
  }

  /** Lets all finish what they do. One that does not is written down, with where it hangs. */
  private void end(HistoryWriter life) throws InterruptedException {
    workers.forEach(Worker::stop);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    for (Worker worker : workers) {
      if (!worker.awaitStop(deadline - System.nanoTime())) {
        String stack =
            Arrays.stream(worker.stack())
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
        life.note("stuck", Map.of("worker", worker.name(), "stack", stack));
      }
    }
    life.note("stopped", Map.of());
  }
}
