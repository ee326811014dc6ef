package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.WatchEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sees every commit in etcd, and checks the order of a queue there: whatever leaves, nothing that
 * was before it stays; no key is written over, none leaves unseen. By revision and key, or by key
 * where priorities count.
 */
public final class QueueWitness {

  private final Bytes prefix;
  private final Comparator<KeyValue> order;
  private final Consumer<String> violated;
  private final Map<Bytes, KeyValue> present = new HashMap<>();
  private long timesEmpty = 1;

  /** A witness of the queue of a name, who reports what is wrong. */
  public QueueWitness(String name, QueueModel.Kind kind, Consumer<String> violated) {
    this.prefix = Bytes.utf8(name + "/");
    this.violated = violated;
    Comparator<KeyValue> byKey = Comparator.comparing(KeyValue::key);
    this.order =
        kind == QueueModel.Kind.PRIORITY
            ? byKey
            : Comparator.comparingLong(KeyValue::modRevision).thenComparing(byKey);
  }

  /** Whether nothing is in the queue. */
  public boolean isEmpty() {
    return present.isEmpty();
  }

  /** How often the queue has become empty, up to now. */
  long timesEmpty() {
    return timesEmpty;
  }

  /** Whether the queue was empty at some moment since there was this count of times. */
  boolean wasEmptySince(long times) {
    return isEmpty() || timesEmpty > times;
  }

  /** The changes of one revision. */
  public void committed(List<WatchEvent> events) {
    List<KeyValue> left = new ArrayList<>();
    boolean concerned = false;
    for (WatchEvent event : events) {
      Bytes key = event.kv().key();
      if (!key.startsWith(prefix)) {
        continue;
      }
      concerned = true;
      switch (event.type()) {
        case PUT -> {
          if (present.put(key, event.kv()) != null) {
            violated.accept(key + " was written over");
          }
        }
        case DELETE -> {
          KeyValue gone = present.remove(key);
          if (gone == null) {
            violated.accept(key + " left and had not come");
          } else {
            left.add(gone);
          }
        }
      }
    }
    for (KeyValue gone : left) {
      for (KeyValue stays : present.values()) {
        if (order.compare(stays, gone) < 0) {
          violated.accept(gone.key() + " left before " + stays.key());
        }
      }
    }
    if (concerned && present.isEmpty()) {
      timesEmpty++;
    }
  }
}
