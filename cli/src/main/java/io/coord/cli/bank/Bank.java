package io.coord.cli.bank;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Accounts in etcd, one key each. */
public final class Bank {

  /** Well below etcd's limit of 128 operations. */
  private static final int ACCOUNTS_PER_TRANSACTION = 100;

  private static final Codec<Long> BALANCE = new BalanceCodec();

  private final Coord coord;
  private final StmOptions options;
  private final String prefix;
  private final int accounts;

  public Bank(Coord coord, StmOptions options, String prefix, int accounts) {
    this.coord = coord;
    this.options = options;
    this.prefix = prefix;
    this.accounts = accounts;
  }

  /** The numbers of the accounts that do not exist. */
  public List<Integer> missing() throws InterruptedException {
    return Stm.run(
            coord,
            options,
            tx -> {
              List<Integer> missing = new ArrayList<>();
              for (int i = 0; i < accounts; i++) {
                if (tx.rev(key(i)) == 0) {
                  missing.add(i);
                }
              }
              return missing;
            })
        .value();
  }

  /** Opens accounts, unless somebody else has done so since. */
  public void open(List<Integer> numbers, long initialBalance) throws InterruptedException {
    inParts(
        numbers,
        (tx, number) -> {
          if (tx.rev(key(number)) == 0) {
            tx.put(key(number), initialBalance, BALANCE);
          }
        });
  }

  /** Deletes accounts. */
  public void close(List<Integer> numbers) throws InterruptedException {
    inParts(numbers, (tx, number) -> tx.delete(key(number)));
  }

  /** Moves half of what one account has to another; gives the amount. */
  public StmResult<Long> moveHalf(int from, int to) throws InterruptedException {
    return Stm.run(
        coord,
        options,
        tx -> {
          long source = balance(tx, from);
          long target = balance(tx, to);
          long amount = source / 2;
          tx.put(key(from), source - amount, BALANCE);
          tx.put(key(to), target + amount, BALANCE);
          return amount;
        });
  }

  /** What every account has, all at one revision. */
  public List<Long> balances() throws InterruptedException {
    List<String> keys = IntStream.range(0, accounts).mapToObj(this::key).toList();
    Map<String, Long> found = Stm.run(coord, options, tx -> tx.getAll(keys, BALANCE)).value();
    return keys.stream()
        .map(key -> Optional.ofNullable(found.get(key)).orElseThrow(() -> deleted(key)))
        .toList();
  }

  public String key(int account) {
    return prefix + account;
  }

  private void inParts(List<Integer> numbers, AccountChange change) throws InterruptedException {
    for (int first = 0; first < numbers.size(); first += ACCOUNTS_PER_TRANSACTION) {
      List<Integer> part =
          numbers.subList(first, Math.min(numbers.size(), first + ACCOUNTS_PER_TRANSACTION));
      Stm.run(
          coord,
          options,
          tx -> {
            for (int number : part) {
              change.apply(tx, number);
            }
            return part.size();
          });
    }
  }

  private long balance(Transaction tx, int account) throws InterruptedException {
    String key = key(account);
    return tx.get(key, BALANCE).orElseThrow(() -> deleted(key));
  }

  private static IllegalStateException deleted(String key) {
    return new IllegalStateException(
        "account " + key + " does not exist any more; somebody deleted it");
  }

  /** What is done to one account in a transaction over several. */
  private interface AccountChange {
    void apply(Transaction tx, int number) throws InterruptedException;
  }

  /** Whole numbers as decimal text, so that etcdctl shows them. */
  private static final class BalanceCodec implements Codec<Long> {
    @Override
    public Bytes encode(Long balance) {
      return Bytes.utf8(balance.toString());
    }

    @Override
    public Long decode(Bytes bytes) {
      return Long.valueOf(bytes.utf8());
    }
  }
}
