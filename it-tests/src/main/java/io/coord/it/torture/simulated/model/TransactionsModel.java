package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.store.KeyRange;
import io.coord.it.torture.simulated.model.Replay.Log;
import io.coord.stm.Isolation;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.Transaction;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Many transactions at once, at the two serializable levels, that read, write and delete a few
 * keys, read ranges and share commits: done again one after another, each reads what it read, and
 * the end is what etcd holds. None takes effect before it was begun; no outcome stays unknown.
 */
public final class TransactionsModel implements Model {

  private static final int FEW_KEYS = 5;

  private final SimulatedEtcd etcd;
  private final int keys;
  private final Referee referee;
  private final Replay replay = new Replay();
  private final BlockingBodies bodies = new BlockingBodies();
  private final List<Author> authors = new ArrayList<>();

  /** A few keys with so many workers. */
  public TransactionsModel(SimulatedEtcd etcd, Scale scale) {
    this(etcd, scale, FEW_KEYS);
  }

  /** So many keys with so many workers; on many, several commits of a client are under way. */
  public TransactionsModel(SimulatedEtcd etcd, Scale scale, int keys) {
    this.etcd = etcd;
    this.keys = keys;
    this.referee = new Referee(etcd);
    for (Worker worker : scale.workers(name -> bodies.connect(etcd, name), referee)) {
      authors.add(new Author(worker, scale.rounds()));
    }
  }

  /** What was committed. */
  public Replay replay() {
    return replay;
  }

  @Override
  public int run() {
    try (bodies) {
      authors.forEach(Author::next);
      referee.until(
          () -> authors.stream().allMatch(author -> author.done),
          () -> "not all transactions ended");
      referee.calm(Duration.ofMinutes(3));
      Map<String, String> stored =
          etcd.keys(KeyRange.prefix(Bytes.utf8("key"))).stream()
              .collect(Collectors.toMap(kv -> kv.key().utf8(), kv -> kv.value().utf8()));
      Map<String, String> expected = replay.check(Map.of());
      referee.check(
          expected.equals(stored),
          Rule.ONE_AFTER_ANOTHER,
          () -> "etcd holds " + stored + ", expected " + expected);
      referee.verdict();
      return replay.size();
    }
  }

  /** Makes one transaction after another. */
  private final class Author {
    private final Worker worker;
    private final SplittableRandom random;
    private int left;
    private boolean done;

    Author(Worker worker, int transactions) {
      this.worker = worker;
      this.random = referee.random().split();
      this.left = transactions;
    }

    void next() {
      if (left-- == 0) {
        done = true;
        return;
      }
      Isolation level =
          random.nextInt(4) == 0 ? Isolation.SERIALIZABLE : Isolation.SERIALIZABLE_SNAPSHOT;
      StmOptions options = StmOptions.defaults().withMaxAttempts(100_000).withIsolation(level);
      long seed = random.nextLong();
      long begunAt = etcd.revision();
      referee.then(
          Stm.runAsync(worker.coord(), options, tx -> body(tx, new SplittableRandom(seed))),
          result -> {
            worker.note("has committed at", result.revision());
            replay.note(result);
            referee.check(
                result.revision() >= begunAt || result.value().isEmpty(),
                Rule.TRUTH,
                () -> "a result of " + result.revision() + ", though it was begun at " + begunAt);
            pause();
          },
          failure -> {
            referee.check(
                !(failure instanceof OutcomeUnknownException),
                Rule.TRUTH,
                () -> "an outcome stayed unknown: " + failure);
            pause();
          });
    }

    private void pause() {
      int millis = random.nextInt(10) == 0 ? random.nextInt(3000) : 0;
      worker.after(Duration.ofMillis(millis), this::next);
    }
  }

  /** Reads, writes and deletes keys at random, so that each value tells where it came from. */
  private Log body(Transaction tx, SplittableRandom random) throws InterruptedException {
    Log log = new Log();
    StringBuilder seen = new StringBuilder();
    int steps = 1 + random.nextInt(6);
    for (int i = 0; i < steps; i++) {
      String key = "key" + random.nextInt(keys);
      switch (random.nextInt(9)) {
        case 0, 1, 2, 3 -> seen.append(log.get(tx, key).orElse("-").hashCode());
        case 4, 5 ->
            log.put(tx, key, Integer.toHexString((seen + key + random.nextInt()).hashCode()));
        case 6 -> log.delete(tx, key);
        case 7 -> {
          // Seldom: who reads a range has a commit of his own.
          if (random.nextInt(4) == 0) {
            seen.append(log.getRange(tx, key).hashCode());
          }
        }
        default -> {
          if (random.nextInt(4) == 0) {
            throw new IllegalStateException("the body's own");
          }
        }
      }
    }
    return log;
  }
}
