package io.coord.it.torture.simulated.model;

import io.coord.core.Coord;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How large a run is.
 *
 * @param workers for each client how many workers it has
 * @param rounds how much each worker does
 */
public record Scale(List<Integer> workers, int rounds) {

  /** A scale with so many rounds, and a client for each number of workers. */
  public static Scale of(int rounds, Integer... workers) {
    return new Scale(List.of(workers), rounds);
  }

  /** Starts the clients, with their workers. */
  List<Worker> workers(SimulatedEtcd etcd, Referee referee) {
    return workers(etcd::coord, referee);
  }

  /** Starts the clients in some other way, with their workers. */
  List<Worker> workers(Function<String, Coord> connect, Referee referee) {
    List<Worker> started = new ArrayList<>();
    for (int client = 0; client < workers.size(); client++) {
      Coord coord = connect.apply(Character.toString('a' + client));
      for (int i = 0; i < workers.get(client); i++) {
        started.add(new Worker(referee, coord, i));
      }
    }
    return started;
  }

  @Override
  public String toString() {
    return workers.size() + " clients with " + workers + " workers, " + rounds + " rounds each";
  }
}
