package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.WatchEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Is told of every revision, checks that the accounts' sum holds in it, and remembers at which
 * revisions each transaction was applied: each writes its own name to a key.
 */
public final class Ledger {

  /** What the keys of accounts begin with. */
  public static final String ACCOUNTS = "account/";

  /** What the keys begin with that hold the names of transactions. */
  public static final String NAMES = "name/";

  private final long sum;
  private final Map<Bytes, Long> balances = new HashMap<>();
  private final Map<String, List<Long>> applied = new ConcurrentHashMap<>();
  private boolean opened;

  /** A ledger of accounts that have this sum. */
  public Ledger(long sum) {
    this.sum = sum;
  }

  /** The revisions at which a transaction of this name was applied. */
  public List<Long> applied(String name) {
    return applied.getOrDefault(name, List.of());
  }

  /** How many transactions were applied, by name. */
  public int names() {
    return applied.size();
  }

  /** Enters all changes of one revision. */
  public void enter(List<WatchEvent> changes) {
    for (WatchEvent change : changes) {
      KeyValue kv = change.kv();
      String key = kv.key().utf8();
      if (key.startsWith(ACCOUNTS)) {
        if (change.type() == WatchEvent.Type.DELETE) {
          balances.remove(kv.key());
        } else {
          balances.put(kv.key(), Long.valueOf(kv.value().utf8()));
        }
      } else if (key.startsWith(NAMES) && change.type() == WatchEvent.Type.PUT) {
        applied
            .computeIfAbsent(kv.value().utf8(), name -> new CopyOnWriteArrayList<>())
            .add(kv.modRevision());
      }
    }
    long found = balances.values().stream().mapToLong(Long::longValue).sum();
    opened |= found == sum;
    if (opened && found != sum) {
      throw new Violation(Rule.SUM, "the sum is " + found + ", expected " + sum + ": " + balances);
    }
  }
}
