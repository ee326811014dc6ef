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

/** Accounts in etcd, between which money is moved, over one connection or over several. */
final class Bank {

  private static final long DEPOSIT = 100;
  private static final int ACCOUNTS_AT_ONCE = 100;

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
  private final String prefix;
  private final List<String> accounts;

  Bank(String prefix, int accounts) {
    this.prefix = prefix;
    this.accounts = IntStream.range(0, accounts).mapToObj(i -> prefix + i).toList();
  }

  /** Puts the same money into every account. */
  void open(Coord coord) throws InterruptedException {
    for (int from = 0; from < accounts.size(); from += ACCOUNTS_AT_ONCE) {
      List<String> some = some(from);
      Stm.run(
          coord,
          OPTIONS,
          tx -> {
            some.forEach(account -> tx.put(account, DEPOSIT, BALANCES));
            return some.size();
          });
    }
  }

  /** Moves half of one account to another, both chosen at random; gives the attempts it took. */
  int transfer(Coord coord) throws InterruptedException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int from = random.nextInt(accounts.size());
    int to = (from + 1 + random.nextInt(accounts.size() - 1)) % accounts.size();
    StmResult<Transfer> result = Stm.run(coord, OPTIONS, tx -> move(tx, from, to));
    journal.enter(result);
    return result.attempts();
  }

  private Transfer move(Transaction tx, int from, int to) throws InterruptedException {
    Transfer made = new Transfer(from, balance(tx, from), to, balance(tx, to));
    tx.put(accounts.get(from), made.source() - made.amount(), BALANCES);
    tx.put(accounts.get(to), made.target() + made.amount(), BALANCES);
    return made;
  }

  private long balance(Transaction tx, int number) throws InterruptedException {
    String account = accounts.get(number);
    return tx.get(account, BALANCES)
        .orElseThrow(() -> new IllegalStateException(account + " is missing"));
  }

  /** What the names of its accounts begin with. */
  String prefix() {
    return prefix;
  }

  /** The transfers that were made here; those of others can be entered. */
  TransferJournal journal() {
    return journal;
  }

  /** Looks, when all transfers have ended, at what came of them. */
  Audit audit(Coord coord) throws InterruptedException {
    Map<String, Long> stored = new HashMap<>();
    for (int from = 0; from < accounts.size(); from += ACCOUNTS_AT_ONCE) {
      List<String> some = some(from);
      stored.putAll(Stm.run(coord, OPTIONS, tx -> tx.getAll(some, BALANCES)).value());
    }
    List<Long> balances =
        accounts.stream().map(account -> stored.getOrDefault(account, 0L)).toList();
    long sum = balances.stream().mapToLong(Long::longValue).sum();
    return new Audit(
        accounts.size(), sum - DEPOSIT * accounts.size(), journal.differences(DEPOSIT, balances));
  }

  private List<String> some(int from) {
    return accounts.subList(from, Math.min(accounts.size(), from + ACCOUNTS_AT_ONCE));
  }

  /**
   * What came of the transfers.
   *
   * @param accounts how many accounts there are
   * @param sumDifference how much more or less there is than was paid in
   * @param replayDifferences when all transfers are made again, one after another in the order of
   *     their commits: how many do not find the balances that they had read, and how many accounts
   *     end otherwise than in etcd
   */
  record Audit(int accounts, long sumDifference, long replayDifferences) {

    long violations() {
      return (sumDifference == 0 ? 0 : 1) + replayDifferences;
    }
  }
}
