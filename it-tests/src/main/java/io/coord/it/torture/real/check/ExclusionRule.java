package io.coord.it.torture.real.check;

import io.coord.it.torture.real.history.Operation;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Holds that exclude each other: in the order of etcd's revisions, the tokens of guarded writes
 * never fall. So no holder wrote after a later one had begun to, and the line was kept: who came
 * first held first. Some holds may share, as readers do: they may be passed by each other, but not
 * by those that hold alone.
 */
public final class ExclusionRule implements Rule {

  private final String grant;
  private final Predicate<Operation> shares;

  private ExclusionRule(String grant, Predicate<Operation> shares) {
    this.grant = grant;
    this.shares = shares;
  }

  /** All exclude each other. */
  public static ExclusionRule alone(String grant) {
    return new ExclusionRule(grant, write -> false);
  }

  /** Those that share are told by their writes. */
  public static ExclusionRule sharing(String grant, Predicate<Operation> shares) {
    return new ExclusionRule(grant, shares);
  }

  @Override
  public void check(List<Operation> history, Verdict verdict) {
    grants(history, verdict);
    List<Operation> writes =
        history.stream()
            .filter(Operation::isOk)
            .filter(operation -> operation.is("write") || operation.is("proclaim"))
            .sorted(Comparator.comparingLong(Operation::revision))
            .toList();
    verdict.count("guarded writes", writes.size());
    Latest alone = new Latest();
    Latest any = new Latest();
    for (Operation write : writes) {
      Latest latest = shares.test(write) ? alone : any;
      if (latest.token > write.asked(Operation.TOKEN)) {
        verdict.broken("a hold took effect after a later one had begun", latest.write, write);
      }
      any.see(write);
      if (!shares.test(write)) {
        alone.see(write);
      }
    }
  }

  private void grants(List<Operation> history, Verdict verdict) {
    Map<Long, Operation> holders = new HashMap<>();
    for (Operation operation : history) {
      if (operation.is(grant) && operation.got().has(Operation.TOKEN)) {
        Operation other = holders.put(operation.gave(Operation.TOKEN), operation);
        if (other != null) {
          verdict.broken("one token was given twice", other, operation);
        }
      }
    }
    verdict.count("grants", holders.size());
  }

  /** The greatest token so far. */
  private static final class Latest {
    private long token;
    private String write = "nothing";

    void see(Operation operation) {
      if (operation.asked(Operation.TOKEN) >= token) {
        token = operation.asked(Operation.TOKEN);
        write = operation.toString();
      }
    }
  }
}
