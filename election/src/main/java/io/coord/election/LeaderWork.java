package io.coord.election;

/**
 * What a service does while it leads, and at no other time.
 *
 * @param <T> the type of the values that the leader proclaims
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface LeaderWork<T, E extends Exception> {

  /**
   * Leads. Called on the {@link LeaderRunner}'s own thread once this process has been elected. When
   * it returns or throws, the leadership is resigned, and the runner stands again.
   *
   * <p>It is told to stop by an interrupt, when the leadership is lost and when the runner is
   * closed, and should then return soon: somebody else may lead already. {@link Leadership#lost()}
   * tells of a loss on another thread, {@link Leadership#isLeader()} when asked.
   *
   * @param leadership the leadership; of no use once this has returned
   * @throws E when the work fails
   * @throws InterruptedException when it is told to stop while it waits
   */
  void lead(Leadership<T> leadership) throws E, InterruptedException;
}
