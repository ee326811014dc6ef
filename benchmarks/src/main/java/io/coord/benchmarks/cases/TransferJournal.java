package io.coord.benchmarks.cases;

import io.coord.stm.StmResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;

/** All transfers that were committed, to be made again one after another. */
final class TransferJournal {

  /**
   * What a transfer read, and what it moved.
   *
   * @param source the balance of {@code from} before it
   * @param target the balance of {@code to} before it
   */
  record Transfer(String from, long source, String to, long target, long amount) {}

  private record Entry(long revision, int position, Transfer transfer) {}

  private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();

  void enter(StmResult<Transfer> result) {
    entries.add(new Entry(result.revision(), result.position().orElseThrow(), result.value()));
  }

  /**
   * Makes the transfers in the order of their commits.
   *
   * @param deposit what each account begins with
   * @param stored what the accounts hold at the end
   * @return transfers that did not find what they had read, and accounts that end otherwise
   */
  long differences(List<String> accounts, long deposit, Map<String, Long> stored) {
    Map<String, Long> balances = new HashMap<>();
    accounts.forEach(account -> balances.put(account, deposit));
    List<Entry> inOrder = new ArrayList<>(entries);
    inOrder.sort(Comparator.comparingLong(Entry::revision).thenComparingInt(Entry::position));
    long differences = 0;
    for (Entry entry : inOrder) {
      Transfer transfer = entry.transfer();
      long source = balances.merge(transfer.from(), -transfer.amount(), Long::sum);
      long target = balances.merge(transfer.to(), transfer.amount(), Long::sum);
      boolean isSame =
          source + transfer.amount() == transfer.source()
              && target - transfer.amount() == transfer.target();
      differences += isSame ? 0 : 1;
    }
    for (String account : accounts) {
      differences += Objects.equals(balances.get(account), stored.get(account)) ? 0 : 1;
    }
    return differences;
  }
}
