package io.coord.it.torture.simulated.model;

import io.coord.core.Coord;
import io.coord.core.OutcomeUnknownException;
import io.coord.stm.Isolation;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** Moves money, one transfer after another, and remembers what it was told of each. */
final class Teller {

  /** What the teller was told of a transfer. */
  sealed interface Told {
    record Applied(StmResult<Integer> result) implements Told {}

    record NotApplied(Throwable why) implements Told {}

    record Unknown(Throwable why) implements Told {}

    /** It may have been under way. */
    record Cancelled() implements Told {}
  }

  static final int ACCOUNTS = 4;
  static final long SUM = 400;

  private final Referee referee;
  private final Worker worker;
  private final Coord coord;
  private final StmOptions options;
  private final String name;
  private final SplittableRandom random;
  private final int transfers;
  private final Map<String, Told> told = new LinkedHashMap<>();
  private int next;

  Teller(Referee referee, Worker worker, Isolation level, int transfers) {
    this.referee = referee;
    this.worker = worker;
    this.coord = worker.coord();
    this.options = StmOptions.defaults().withIsolation(level);
    this.name = worker.name();
    this.random = referee.random().split();
    this.transfers = transfers;
  }

  /** Makes one transfer after another. */
  void start() {
    if (next == transfers) {
      return;
    }
    String transfer = name + "-" + next++;
    worker.note("begins", transfer);
    CompletableFuture<StmResult<Integer>> run =
        Stm.runAsync(coord, options, tx -> body(tx, transfer));
    if (random.nextInt(10) == 0) {
      worker.after(Duration.ofMillis(random.nextInt(100)), () -> run.cancel(true));
    }
    referee.then(
        run,
        result -> note(transfer, new Told.Applied(result)),
        failure -> note(transfer, meaning(failure)));
  }

  Worker worker() {
    return worker;
  }

  /** What all accounts have, read by somebody who writes nothing. */
  static CompletableFuture<Long> sum(Coord coord) {
    return Stm.runAsync(
            coord,
            tx -> {
              long sum = 0;
              for (int i = 0; i < ACCOUNTS; i++) {
                sum += balance(tx, i);
              }
              return sum;
            })
        .thenApply(StmResult::value);
  }

  boolean isDone() {
    return told.size() == transfers;
  }

  Map<String, Told> told() {
    return told;
  }

  private void note(String transfer, Told what) {
    told.put(transfer, what);
    worker.note("is told of " + transfer, what);
    // In a rush, so that conflicts are many, or idle, so that storms come and go meanwhile.
    Duration pause =
        Duration.ofMillis(random.nextBoolean() ? random.nextInt(20) : random.nextInt(5000));
    worker.after(pause, this::start);
  }

  private static Told meaning(Throwable failure) {
    if (failure instanceof OutcomeUnknownException) {
      return new Told.Unknown(failure);
    }
    return failure instanceof CancellationException
        ? new Told.Cancelled()
        : new Told.NotApplied(failure);
  }

  /**
   * A transfer, or a change that depends on nothing that it read, or a key that comes and goes:
   * what a ghost finds as it was before.
   */
  private Integer body(Transaction tx, String transfer) throws InterruptedException {
    tx.put(Ledger.NAMES + name, transfer);
    switch (random.nextInt(4)) {
      case 0 -> toggle(tx);
      case 1 -> {
        // The name alone, written blindly.
      }
      default -> transfer(tx);
    }
    return next;
  }

  private void transfer(Transaction tx) throws InterruptedException {
    long sum = 0;
    long[] balances = new long[ACCOUNTS];
    for (int i = 0; i < ACCOUNTS; i++) {
      balances[i] = balance(tx, i);
      sum += balances[i];
    }
    if (sum != SUM) {
      throw new Violation(Rule.SUM, "the sum in a snapshot is " + sum + ", expected " + SUM);
    }
    int from = random.nextInt(ACCOUNTS);
    int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
    long amount = balances[from] / 2;
    tx.put(Ledger.ACCOUNTS + from, Long.toString(balances[from] - amount));
    tx.put(Ledger.ACCOUNTS + to, Long.toString(balances[to] + amount));
  }

  private static void toggle(Transaction tx) throws InterruptedException {
    if (tx.get("toggle").isPresent()) {
      tx.delete("toggle");
    } else {
      tx.put("toggle", "on");
    }
  }

  private static long balance(Transaction tx, int account) throws InterruptedException {
    Optional<String> balance = tx.get(Ledger.ACCOUNTS + account);
    return Long.parseLong(balance.orElseThrow());
  }
}
