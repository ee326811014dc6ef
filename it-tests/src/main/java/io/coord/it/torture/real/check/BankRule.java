package io.coord.it.torture.real.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.coord.it.torture.real.client.StmWork;
import io.coord.it.torture.real.history.Operation;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Transfers done again in the order of their revisions, and of their positions within one: each
 * reads what was there, and so does each snapshot, whose sum is always the same. Between two of
 * them only a transfer whose client never knew its outcome may have come.
 */
public final class BankRule implements Rule {

  private static final Comparator<Operation> ORDER =
      Comparator.comparingLong(BankRule::revision).thenComparingLong(BankRule::position);

  @Override
  public void check(List<Operation> history, Verdict verdict) {
    Set<String> uncertain =
        history.stream()
            .filter(o -> o.is("transfer") && o.isUncertain())
            .map(o -> o.with().path("name").textValue())
            .collect(Collectors.toSet());
    Replay replay = new Replay(uncertain, verdict);
    history.stream()
        .filter(Operation::isOk)
        .filter(o -> o.is("transfer") || o.is("snapshot"))
        .sorted(ORDER)
        .forEach(replay::next);
  }

  private static long revision(Operation operation) {
    return operation.is("snapshot") ? operation.gave("seen-at") : operation.revision();
  }

  /** One that nothing was written with comes after all that was written at its revision. */
  private static long position(Operation operation) {
    return operation.got().path(StmWork.POSITION).asLong(Long.MAX_VALUE);
  }

  /** What is stored, transaction after transaction. */
  private static final class Replay {

    private final Set<String> uncertain;
    private final Verdict verdict;
    private final Map<String, String> stored = new HashMap<>();
    private final Set<String> overwritten = new HashSet<>();

    Replay(Set<String> uncertain, Verdict verdict) {
      this.uncertain = uncertain;
      this.verdict = verdict;
      StmWork.ACCOUNTS.forEach(
          account -> stored.put(account, StmWork.INITIAL + "@" + StmWork.NOBODY));
    }

    void next(Operation operation) {
      JsonNode read = operation.got().path(StmWork.READ);
      read.properties()
          .forEach(entry -> see(operation, entry.getKey(), entry.getValue().textValue()));
      if (operation.is("snapshot")) {
        verdict.count("snapshots", 1);
        sum(operation, read);
        return;
      }
      verdict.count("transfers", 1);
      operation
          .got()
          .path(StmWork.WROTE)
          .properties()
          .forEach(entry -> replace(entry.getKey(), entry.getValue().textValue()));
    }

    private void see(Operation operation, String account, String value) {
      String expected = stored.get(account);
      if (value.equals(expected)) {
        return;
      }
      if (overwritten.contains(account + value) || !uncertain.contains(StmWork.writer(value))) {
        verdict.broken(
            "a transaction read of " + account + " " + value + "; expected " + expected, operation);
      }
      replace(account, value);
    }

    private void replace(String account, String value) {
      overwritten.add(account + stored.put(account, value));
    }

    private void sum(Operation operation, JsonNode read) {
      long sum = 0;
      for (JsonNode value : read) {
        sum += StmWork.balance(value.textValue());
      }
      if (sum != (long) StmWork.INITIAL * StmWork.ACCOUNTS.size()) {
        verdict.broken("a snapshot's sum is " + sum, operation);
      }
    }
  }
}
