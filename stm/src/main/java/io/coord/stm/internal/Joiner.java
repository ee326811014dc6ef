package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Op;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A transaction that joins others.
 *
 * @param number how many had joined when it had, from 1
 * @param member whom to tell what became of it
 * @param before its keys as they are before it, those that are known: what it read, and what it
 *     overwrites
 * @param writes what it writes
 * @param keys all of its keys
 */
record Joiner(
    long number, Member member, Map<Bytes, Cell> before, Map<Bytes, Op> writes, Set<Bytes> keys) {

  static Joiner of(long number, Member member, Map<Bytes, Cell> before, Map<Bytes, Op> writes) {
    Set<Bytes> keys = new HashSet<>(before.keySet());
    keys.addAll(writes.keySet());
    return new Joiner(number, member, before, writes, keys);
  }

  /** How much its writes take in a request. */
  long bytes() {
    long bytes = 0;
    for (Map.Entry<Bytes, Op> write : writes.entrySet()) {
      bytes += write.getKey().length();
      if (write.getValue() instanceof Op.Put put) {
        bytes += put.value().length();
      }
    }
    return bytes;
  }
}
