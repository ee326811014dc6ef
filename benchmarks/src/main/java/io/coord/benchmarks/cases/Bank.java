package io.coord.benchmarks.cases;

import io.coord.benchmarks.cases.TransferJournal.Transfer;
import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Accounts in etcd, between which money is moved. */
final class Bank {

  private static final long DEPOSIT = 100;
  private static final int OPENED_AT_ONCE = 100;

  /** On few accounts a worker may lose against all the others many times in a row. */
  private static final StmOptions OPTIONS = StmOptions.defaults().withMaxAttempts(100_000);

  private static final Codec<Long> BALANCES =
      new Codec<>() {
        @Override
        public Bytes encode(Long value) {
          return Bytes.utf8(value.toString());
        }

        @Override
        public Long decode(Bytes bytes) {
          return Long.valueOf(bytes.utf8());
        }
      };

  private final TransferJournal journal = new TransferJournal();
  private final Coord coord;
  private final List<String> accounts;

  Bank(Coord coord, String prefix, int accounts) {
    this.coord = coord;
    this.accounts = IntStream.range(0, accounts).mapToObj(i -> prefix + i).toList();
  }

  /** Puts the same money into every account. */
  void open() throws InterruptedException {
    for (int from = 0; from < accounts.size(); from += OPENED_AT_ONCE) {
      List<String> some = accounts.subList(from, Math.min(accounts.size(), from + OPENED_AT_ONCE));
      Stm.run(
          coord,
          OPTIONS,
          tx -> {
            some.forEach(account -> tx.put(account, Long.toString(DEPOSIT)));
            return some.size();
          });
    }
  }

  /** Moves half of one account to another, both chosen at random; gives the attempts it took. */
  int transfer() throws InterruptedException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int from = random.nextInt(accounts.size());
    int to = (from + 1 + random.nextInt(accounts.size() - 1)) % accounts.size();
    StmResult<Transfer> result =
        Stm.run(coord, OPTIONS, tx -> move(tx, accounts.get(from), accounts.get(to)));
    journal.enter(result);
    return result.attempts();
  }

  private static Transfer move(Transaction tx, String from, String to) throws InterruptedException {
    long source = balance(tx, from);
    long target = balance(tx, to);
    long amount = source / 2;
    tx.put(from, Long.toString(source - amount));
    tx.put(to, Long.toString(target + amount));
    return new Transfer(from, source, to, target, amount);
  }

  /**
   * Makes all transfers again, one after another in the order of their commits; gives how many did
   * not find the balances that they had read, and how many accounts end otherwise than in etcd.
   */
  long replayDifferences() throws InterruptedException {
    Map<String, Long> stored = new HashMap<>();
    for (int from = 0; from < accounts.size(); from += OPENED_AT_ONCE) {
      List<String> some = accounts.subList(from, Math.min(accounts.size(), from + OPENED_AT_ONCE));
      stored.putAll(Stm.run(coord, OPTIONS, tx -> tx.getAll(some, BALANCES)).value());
    }
    return journal.differences(accounts, DEPOSIT, stored);
  }

  private static long balance(Transaction tx, String account) throws InterruptedException {
    return Long.parseLong(
        tx.get(account).orElseThrow(() -> new IllegalStateException(account + " is missing")));
  }

  /** How much more or less there is than was paid in. */
  long difference() throws InterruptedException {
    long sum = 0;
    for (int from = 0; from < accounts.size(); from += OPENED_AT_ONCE) {
      List<String> some = accounts.subList(from, Math.min(accounts.size(), from + OPENED_AT_ONCE));
      sum += Stm.run(coord, OPTIONS, tx -> sum(tx, some)).value();
    }
    return sum - DEPOSIT * accounts.size();
  }

  private static long sum(Transaction tx, List<String> some) throws InterruptedException {
    long sum = 0;
    for (String account : some) {
      sum += balance(tx, account);
    }
    return sum;
  }
}
