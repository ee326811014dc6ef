package io.coord.it.stm;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.stm.Stm;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Moves money in a simulation, one transfer after another, and remembers what it was told of each.
 */
final class SimulatedTeller {

  /** What the teller was told of a transfer. */
  sealed interface Told {
    record Applied(StmResult<Integer> result) implements Told {}

    record NotApplied(Throwable why) implements Told {}

    record Unknown(Throwable why) implements Told {}
  }

  private static final int ACCOUNTS = 4;
  static final long SUM = 400;

  private final Coord coord;
  private final String name;
  private final SplittableRandom random;
  private final int transfers;
  private final Map<String, Told> told = new LinkedHashMap<>();
  private int next;

  SimulatedTeller(Coord coord, String name, long seed, int transfers) {
    this.coord = coord;
    this.name = name;
    this.random = new SplittableRandom(seed ^ name.hashCode());
    this.transfers = transfers;
  }

  /** A ledger that sees every change at the moment of its commit. */
  static Ledger ledger(SimulatedEtcd etcd) {
    Ledger ledger = new Ledger(SUM);
    etcd.onCommit(ledger::enter);
    return ledger;
  }

  /** Opens the accounts, all at once. */
  static void open(SimulatedEtcd etcd) {
    Op[] puts = new Op[ACCOUNTS];
    Arrays.setAll(
        puts,
        i -> Op.put(Bytes.utf8(Ledger.ACCOUNTS + i), Bytes.utf8(Long.toString(SUM / ACCOUNTS))));
    etcd.await(etcd.client("opener").txn(TxnRequest.of(puts)));
  }

  /** Makes one transfer after another. */
  void start() {
    if (next == transfers) {
      return;
    }
    String transfer = name + "-" + next++;
    Futures.onDone(
        Stm.runAsync(coord, tx -> body(tx, transfer)),
        result -> note(transfer, new Told.Applied(result)),
        failure -> note(transfer, meaning(failure)));
  }

  Coord coord() {
    return coord;
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
    // In a rush, so that conflicts are many, or idle, so that storms come and go meanwhile.
    Duration pause =
        Duration.ofMillis(random.nextBoolean() ? random.nextInt(20) : random.nextInt(5000));
    CoordRuntime.of(coord).store().scheduler().schedule(pause, this::start);
  }

  private static Told meaning(Throwable failure) {
    if (failure instanceof OutcomeUnknownException) {
      return new Told.Unknown(failure);
    }
    return new Told.NotApplied(failure);
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
      throw new AssertionError("the sum in a snapshot is " + sum + ", expected " + SUM);
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
