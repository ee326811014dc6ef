package io.coord.it.torture.real.client;

import io.coord.core.Coord;
import io.coord.core.CoordException;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.WriteTransaction;
import io.coord.it.torture.real.history.HistoryWriter;
import io.coord.it.torture.real.history.Operation;
import io.coord.it.torture.real.history.Outcome;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Does operations for one actor, and writes each one down: before it begins, and when it ended. */
public final class Recorder {

  /** What marks are written to begins with this; each actor has a key of its own. */
  public static final String MARKS = "torture/mark/";

  private final Coord coord;
  private final HistoryWriter history;
  private final String markKey;
  private long operations;

  /**
   * Records.
   *
   * @param coord the connection that marks are made on
   * @param history what is written into
   * @param name the actor's, for its key
   */
  public Recorder(Coord coord, HistoryWriter history, String name) {
    this.coord = coord;
    this.history = history;
    this.markKey = MARKS + name;
  }

  /** Something that an actor does. */
  public interface Doing<R> {
    R call() throws InterruptedException;
  }

  /**
   * Does an operation.
   *
   * @param told what is written of its result
   * @return its result; empty when it failed in a way that a primitive may fail in
   */
  public <R> Optional<R> call(
      String action, Map<String, ?> with, Doing<R> doing, Function<R, Map<String, ?>> told)
      throws InterruptedException {
    operations++;
    long operation = history.begin(action, with);
    try {
      R result = doing.call();
      history.end(operation, Outcome.OK, told.apply(result));
      return Optional.of(result);
    } catch (OutcomeUnknownException e) {
      history.end(operation, Outcome.UNKNOWN, error(e));
      return Optional.empty();
    } catch (CoordException e) {
      history.end(operation, Outcome.FAILED, error(e));
      return Optional.empty();
    } catch (RuntimeException e) {
      history.end(operation, Outcome.BROKEN, error(e));
      throw e;
    }
  }

  private static Map<String, String> error(RuntimeException e) {
    return Map.of(
        "error", e.getClass().getSimpleName(), "message", Objects.toString(e.getMessage(), ""));
  }

  /** How many operations have been begun: a sign of life. */
  public long operations() {
    return operations;
  }

  /** Writes to etcd, and so learns a revision that everything before came before. */
  public boolean mark() throws InterruptedException {
    return write("mark", Map.of(), coord.transaction().put(markKey, ""));
  }

  /** Commits a transaction that writes; false when it failed. */
  public boolean write(String action, Map<String, ?> with, WriteTransaction transaction)
      throws InterruptedException {
    return call(action, with, transaction::commit, revision -> Map.of(Operation.REVISION, revision))
        .isPresent();
  }

  /** Writes down what happened without having been asked for. */
  public void note(String action, Map<String, ?> got) {
    history.note(action, got);
  }
}
