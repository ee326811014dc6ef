package io.coord.it.stm;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.WatchEvent;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sees every revision at the moment of its commit, checks that the accounts' sum holds in it, and
 * remembers at which revisions each transaction was applied: each writes its own name to a key.
 */
final class Ledger {

  static final String ACCOUNTS = "account/";
  static final String NAMES = "name/";

  private final long sum;
  private final Map<Bytes, Long> balances = new HashMap<>();
  private final Map<String, List<Long>> applied = new HashMap<>();
  private boolean opened;

  private Ledger(long sum) {
    this.sum = sum;
  }

  static Ledger of(SimulatedEtcd etcd, long sum) {
    Ledger ledger = new Ledger(sum);
    etcd.onCommit(ledger::check);
    return ledger;
  }

  /** The revisions at which a transaction of this name was applied. */
  List<Long> applied(String name) {
    return applied.getOrDefault(name, List.of());
  }

  private void check(List<WatchEvent> changes) {
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
        applied.computeIfAbsent(kv.value().utf8(), name -> new ArrayList<>()).add(kv.modRevision());
      }
    }
    long found = balances.values().stream().mapToLong(Long::longValue).sum();
    opened |= found == sum;
    if (opened && found != sum) {
      throw new AssertionError("the sum is " + found + ", expected " + sum + ": " + balances);
    }
  }
}
