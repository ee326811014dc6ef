package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.SerialExecutor;
import io.coord.stm.StmCounters;
import io.coord.stm.StmListener;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/** Counts what becomes of the attempts of one connection, and tells the listeners. */
final class Tally {

  private final LongAdder commits = new LongAdder();
  private final LongAdder attempts = new LongAdder();
  private final LongAdder conflicts = new LongAdder();
  private final Executor events;

  Tally(Executor callbacks, String connection) {
    this.events = new SerialExecutor(callbacks, connection);
  }

  void attempted() {
    attempts.increment();
  }

  void conflicted(Optional<StmListener> listener, int attempt, List<Bytes> keys) {
    conflicts.increment();
    listener.ifPresent(told -> events.execute(() -> told.onConflict(attempt, keys)));
  }

  void committed(Optional<StmListener> listener, long revision, int taken) {
    commits.increment();
    listener.ifPresent(told -> events.execute(() -> told.onCommit(revision, taken)));
  }

  StmCounters counters() {
    return new StmCounters(commits.sum(), attempts.sum(), conflicts.sum());
  }
}
