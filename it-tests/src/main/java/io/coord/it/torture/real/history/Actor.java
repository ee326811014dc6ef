package io.coord.it.torture.real.history;

/**
 * One thread of one client, which does one operation after the other.
 *
 * @param client the process, such as {@code c2.1}: the first that took the place of client 2
 * @param worker the thread, such as {@code mutex-0}: its primitive and a number
 */
public record Actor(String client, String worker) implements Comparable<Actor> {

  /** The primitive that the worker uses. */
  public String primitive() {
    return worker.substring(0, worker.lastIndexOf('-'));
  }

  @Override
  public int compareTo(Actor other) {
    int byClient = client.compareTo(other.client);
    return byClient == 0 ? worker.compareTo(other.worker) : byClient;
  }

  @Override
  public String toString() {
    return client + "/" + worker;
  }
}
