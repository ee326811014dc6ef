package io.coord.testkit;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * An {@code etcdctl} that keeps running, such as {@code lock}, {@code elect} or {@code watch}.
 *
 * <p>Methods that wait end with an {@link EtcdClusterException} when their limit has passed or the
 * thread is interrupted; the interrupt flag stays set. Safe for use by several threads.
 */
public interface EtcdctlProcess extends AutoCloseable {

  /**
   * Gives what it has written to standard output so far.
   *
   * @return the whole lines
   */
  List<String> lines();

  /**
   * Waits for a line on standard output, including those that are there already.
   *
   * @param condition what the line has to satisfy
   * @param limit how long to wait
   * @return the first such line
   * @throws EtcdClusterException when none came; the message holds what came instead
   */
  String awaitLine(Predicate<String> condition, Duration limit);

  /**
   * Waits for the end.
   *
   * @param limit how long to wait
   * @return the exit code; for one that was killed, 128 and the number of the signal
   */
  int awaitExit(Duration limit);

  /**
   * Tells whether it still runs.
   *
   * @return true until it has ended
   */
  boolean isRunning();

  /** Asks it to end (SIGTERM), upon which {@code lock} and {@code elect} give up what they hold. */
  void terminate();

  /** Kills it, upon which what it holds stays until its lease has run out. */
  void kill();

  /** Kills it if it still runs, and waits for its end. Never throws. */
  @Override
  void close();
}
