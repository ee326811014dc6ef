package io.coord.it.torture.real;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.it.torture.real.client.ClientPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All clients: one at each place, and a new one where one was killed. */
final class Fleet implements AutoCloseable {

  private static final Duration END_LIMIT = Duration.ofMinutes(2);

  private final RealTortureOptions options;
  private final String endpoints;

  @GuardedBy("this")
  private final List<ClientProcess> clients = new ArrayList<>();

  @GuardedBy("this")
  private final List<Integer> lives = new ArrayList<>();

  /** What those did that are gone. */
  @GuardedBy("this")
  private final Map<String, Long> past = new TreeMap<>();

  Fleet(RealTortureOptions options, String endpoints) {
    this.options = options;
    this.endpoints = endpoints;
  }

  synchronized void start() {
    for (int place = 0; place < options.clients(); place++) {
      lives.add(0);
      clients.add(launch(place));
    }
  }

  @GuardedBy("this")
  private ClientProcess launch(int place) {
    ClientPlan plan =
        new ClientPlan(
            endpoints,
            options.histories(),
            place,
            options.clients(),
            lives.get(place),
            options.seed(),
            options.primitives());
    Path log = options.out().resolve(plan.name() + ".log");
    return ClientProcess.start(plan, log);
  }

  synchronized ClientProcess at(int place) {
    return clients.get(place);
  }

  synchronized List<ClientProcess> all() {
    return List.copyOf(clients);
  }

  /** Puts a new client in the place of one that was killed. */
  synchronized void replace(int place) {
    clients.get(place).rounds().forEach((worker, done) -> past.merge(worker, done, Long::sum));
    lives.set(place, lives.get(place) + 1);
    clients.set(place, launch(place));
  }

  /** How often the workers of each name have been around, over all clients. */
  synchronized Map<String, Long> rounds() {
    Map<String, Long> sum = new TreeMap<>(past);
    for (ClientProcess client : clients) {
      client.rounds().forEach((worker, done) -> sum.merge(worker, done, Long::sum));
    }
    return sum;
  }

  /** Ends all in an orderly way; gives the names of those that did not end so. */
  List<String> stop() throws InterruptedException {
    List<ClientProcess> running = all();
    running.forEach(ClientProcess::stop);
    List<String> failed = new ArrayList<>();
    for (ClientProcess client : running) {
      if (!client.awaitEnd(END_LIMIT)) {
        failed.add(client.name());
      }
    }
    return failed;
  }

  /** Kills those that run. */
  @Override
  public void close() {
    all().forEach(ClientProcess::kill);
  }
}
