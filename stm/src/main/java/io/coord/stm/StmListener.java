package io.coord.stm;

import io.coord.core.Bytes;
import java.util.List;

/**
 * Is told how transactions fare: which keys they fight over, and how many attempts they take. Its
 * methods run on the connection's callback executor, one at a time and in order; what they throw is
 * logged. For mere numbers see {@link Stm#counters}.
 */
public interface StmListener {

  /**
   * An attempt met a conflict; another one follows, unless it was the last that is allowed.
   *
   * @param attempt which it was, from 1
   * @param keys its keys that others had changed; empty when the attempt failed for another reason:
   *     its snapshot was compacted away, the answer to its commit was lost, or only those met a
   *     conflict that it shared the commit with
   */
  default void onConflict(int attempt, List<Bytes> keys) {}

  /**
   * A transaction took effect.
   *
   * @param revision the revision at which it did
   * @param attempts how often its body was run
   */
  default void onCommit(long revision, int attempts) {}
}
