package io.coord.it.torture.simulated.model;

import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Remembers what committed transactions have read and written, and does it all again one after
 * another, in the order of revisions and of positions within one: each must read the same, and the
 * end must be what is stored.
 */
public final class Replay {

  /** What one run of a body read and wrote. */
  public static final class Log {
    private final Map<String, Optional<String>> reads = new LinkedHashMap<>();
    private final Map<String, Optional<String>> writes = new LinkedHashMap<>();
    private final List<RangeRead> ranges = new ArrayList<>();

    /** Whether it has neither read nor written: then it is at no revision in particular. */
    boolean isEmpty() {
      return reads.isEmpty() && writes.isEmpty() && ranges.isEmpty();
    }

    /** Reads a key. */
    public Optional<String> get(Transaction tx, String key) throws InterruptedException {
      Optional<String> value = tx.get(key);
      if (!writes.containsKey(key)) {
        reads.put(key, value);
      } else {
        require(value.equals(writes.get(key)), key + " was read as " + value + ", own " + writes);
      }
      return value;
    }

    /** Reads all keys that begin with a prefix. */
    public Map<String, String> getRange(Transaction tx, String prefix) throws InterruptedException {
      Map<String, String> found = tx.getRange(prefix);
      Map<String, String> others = new TreeMap<>(found);
      writes.forEach(
          (key, value) -> {
            Optional<String> own = Optional.ofNullable(others.remove(key));
            require(
                !key.startsWith(prefix) || own.equals(value),
                key + " was read as " + own + " in a range, own " + writes);
          });
      ranges.add(new RangeRead(prefix, Set.copyOf(writes.keySet()), others));
      return found;
    }

    /** Writes a key. */
    public void put(Transaction tx, String key, String value) {
      tx.put(key, value);
      writes.put(key, Optional.of(value));
    }

    /** Deletes a key. */
    public void delete(Transaction tx, String key) {
      tx.delete(key);
      writes.put(key, Optional.empty());
    }
  }

  /** What a range had, but for the keys that the transaction itself had written. */
  private record RangeRead(String prefix, Set<String> own, Map<String, String> others) {

    boolean isOf(Map<String, String> state) {
      Map<String, String> expected = new TreeMap<>(state);
      expected.keySet().removeIf(key -> !key.startsWith(prefix) || own.contains(key));
      return expected.equals(others);
    }
  }

  private record Entry(long revision, int position, Log log) {

    @Override
    public String toString() {
      return "the transaction at " + revision + "." + position;
    }
  }

  private final ConcurrentLinkedQueue<Entry> committed = new ConcurrentLinkedQueue<>();

  /** A transaction was committed. */
  public void note(StmResult<Log> result) {
    // What only reads at a revision was there after everybody who wrote it.
    int position = result.position().orElse(Integer.MAX_VALUE);
    committed.add(new Entry(result.revision(), position, result.value()));
  }

  /** How many were committed. */
  public int size() {
    return committed.size();
  }

  /** How many commits of etcd the transactions that write have taken. */
  public long commits() {
    return committed.stream()
        .filter(entry -> !entry.log().writes.isEmpty())
        .mapToLong(Entry::revision)
        .distinct()
        .count();
  }

  /** Checks the reads of all transactions; gives the keys as the last one leaves them. */
  public Map<String, String> check(Map<String, String> before) {
    List<Entry> inOrder = new ArrayList<>(committed);
    inOrder.sort(Comparator.comparingLong(Entry::revision).thenComparingInt(Entry::position));
    Map<String, String> state = new HashMap<>(before);
    for (Entry entry : inOrder) {
      entry
          .log()
          .reads
          .forEach(
              (key, value) ->
                  require(
                      value.equals(Optional.ofNullable(state.get(key))),
                      key + " was read as " + value + " by " + entry + ", with " + state));
      entry
          .log()
          .ranges
          .forEach(
              range ->
                  require(range.isOf(state), range + " was read by " + entry + ", with " + state));
      entry
          .log()
          .writes
          .forEach(
              (key, value) ->
                  value.ifPresentOrElse(put -> state.put(key, put), () -> state.remove(key)));
    }
    return state;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new Violation(Rule.ONE_AFTER_ANOTHER, otherwise);
    }
  }
}
