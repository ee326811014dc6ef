package io.coord.queues;

/**
 * What a {@link Worker} does with an item.
 *
 * @param <T> the type of the values
 * @param <E> what the work may fail with
 */
@FunctionalInterface
public interface WorkHandler<T, E extends Exception> {

  /**
   * Works on an item. Called on one of the worker's own threads. When it returns, the item is
   * acknowledged; when it throws, whatever it is, the item goes back with that as the reason.
   *
   * @param claim the item; its session may end meanwhile, see {@link Claim#isActive}
   * @throws E when the work fails
   * @throws InterruptedException when the worker is told to stop at once; an interrupt of anybody
   *     else is a failure like others
   */
  void handle(Claim<T> claim) throws E, InterruptedException;
}
