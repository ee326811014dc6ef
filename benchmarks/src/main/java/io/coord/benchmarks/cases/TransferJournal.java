package io.coord.benchmarks.cases;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.coord.stm.StmResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** All transfers that were committed, to be made again one after another. */
final class TransferJournal {

  /**
   * What a transfer read; it moved half of what it found in the one account to the other.
   *
   * @param from the number of an account
   * @param source the balance of {@code from} before it
   * @param to the number of another account
   * @param target the balance of {@code to} before it
   */
  record Transfer(int from, long source, int to, long target) {

    long amount() {
      return source / 2;
    }
  }

  /**
   * A transfer, with its place in the order of commits. As JSON it is an array.
   *
   * @param revision that of its commit
   * @param position its place among the transfers of the same commit
   * @param from as in {@link Transfer}, like the others
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  record Entry(long revision, int position, int from, long source, int to, long target) {

    Transfer transfer() {
      return new Transfer(from, source, to, target);
    }
  }

  private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();

  void enter(StmResult<Transfer> result) {
    Transfer made = result.value();
    int position = result.position().orElseThrow();
    entries.add(
        new Entry(
            result.revision(), position, made.from(), made.source(), made.to(), made.target()));
  }

  /** Enters what another process made. */
  void enterAll(Collection<Entry> others) {
    entries.addAll(others);
  }

  /** All of it, in no order. */
  List<Entry> entries() {
    return List.copyOf(entries);
  }

  /**
   * Makes the transfers in the order of their commits.
   *
   * @param deposit what each account begins with
   * @param stored what the accounts hold at the end
   * @return transfers that did not find what they had read, and accounts that end otherwise
   */
  long differences(long deposit, List<Long> stored) {
    long[] balances = stored.stream().mapToLong(unused -> deposit).toArray();
    List<Entry> inOrder = new ArrayList<>(entries);
    inOrder.sort(Comparator.comparingLong(Entry::revision).thenComparingInt(Entry::position));
    long differences = 0;
    for (Entry entry : inOrder) {
      Transfer made = entry.transfer();
      boolean isSame =
          balances[made.from()] == made.source() && balances[made.to()] == made.target();
      differences += isSame ? 0 : 1;
      balances[made.from()] -= made.amount();
      balances[made.to()] += made.amount();
    }
    for (int account = 0; account < balances.length; account++) {
      differences += balances[account] == stored.get(account) ? 0 : 1;
    }
    return differences;
  }
}
