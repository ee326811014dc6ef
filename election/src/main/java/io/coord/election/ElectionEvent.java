package io.coord.election;

/**
 * What an observer of an election is told.
 *
 * @param <T> the type of the values
 */
public sealed interface ElectionEvent<T> {

  /**
   * The revision at which it came about, or at which it was found so.
   *
   * @return the revision; it rises from event to event
   */
  long revision();

  /**
   * Another leads now, or the first one was found.
   *
   * @param <T> the type of the values
   * @param revision the revision at which it came about, or at which it was found so
   * @param leader the leader
   */
  record Elected<T>(long revision, Leader<T> leader) implements ElectionEvent<T> {}

  /**
   * The leader has proclaimed another value.
   *
   * @param <T> the type of the values
   * @param revision the revision at which it did
   * @param leader the leader, with the new value
   */
  record Proclaimed<T>(long revision, Leader<T> leader) implements ElectionEvent<T> {}

  /**
   * Nobody leads, and nobody stands.
   *
   * @param <T> the type of the values
   * @param revision the revision at which the last one left, or at which it was found so
   */
  record NoLeader<T>(long revision) implements ElectionEvent<T> {}
}
