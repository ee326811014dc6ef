package io.coord.stm.internal;

import io.coord.stm.Isolation;

/**
 * What an isolation level asks for.
 *
 * @param readsOneRevision all reads of one attempt are of one revision
 * @param guardsReads what was read must be unchanged at the commit
 * @param guardsBlindWrites what was written without having been read must not be newer than the
 *     reads
 */
record IsolationRules(boolean readsOneRevision, boolean guardsReads, boolean guardsBlindWrites) {

  static IsolationRules of(Isolation level) {
    return switch (level) {
      case SERIALIZABLE_SNAPSHOT -> new IsolationRules(true, true, true);
      case SERIALIZABLE -> new IsolationRules(true, true, false);
      case REPEATABLE_READS -> new IsolationRules(false, true, false);
      case READ_COMMITTED -> new IsolationRules(false, false, false);
    };
  }
}
