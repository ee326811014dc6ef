package io.coord.it.torture.simulated.model;

import java.util.ArrayList;
import java.util.List;

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

  /** The names of the clients. */
  List<String> clients() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < workers.size(); i++) {
      names.add(Character.toString('a' + i));
    }
    return names;
  }

  /** How many workers there are. */
  int size() {
    return workers.stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public String toString() {
    return workers.size() + " clients with " + workers + " workers, " + rounds + " rounds each";
  }
}
