package io.coord.cli.show;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Names;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.queues.internal.UniqueKeys;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds out what a name stands for, by the keys below it: keys only, some thousands at a time, and
 * not all of them, since it may be a long queue.
 *
 * <p>The places of a line are under leases, and items of a queue are not. Where both are found it
 * is a line, in which somebody stands who has no lease.
 */
final class Survey {

  /** What there may be. */
  enum Kind {
    LINE,
    READ_WRITE,
    PERMITS,
    QUEUE,
    PRIORITY_QUEUE,
    DOUBLE_BARRIER
  }

  private static final int PAGE = 4_096;
  private static final byte SLASH = '/';
  private static final Pattern PRIORITY = Pattern.compile("[0-9]{5}");
  private static final Set<String> OF_DOUBLE_BARRIERS = Set.of("ready", "withdrawn");

  private final Store store;
  private final Bytes prefix;
  private final EnumSet<Kind> found = EnumSet.noneOf(Kind.class);

  private Survey(Store store, Bytes prefix) {
    this.store = store;
    this.prefix = prefix;
  }

  static Set<Kind> of(Coord coord, String name) throws InterruptedException {
    Survey survey = new Survey(CoordRuntime.of(coord).store(), Names.prefix("name", name));
    survey.read();
    if (survey.found.contains(Kind.LINE)) {
      survey.found.remove(Kind.QUEUE);
    }
    return survey.found;
  }

  private void read() throws InterruptedException {
    Bytes end = KeyRange.prefix(prefix).end().orElseThrow();
    Bytes from = prefix;
    boolean more = true;
    while (more && from.compareTo(end) < 0) {
      RangeResult page =
          Futures.await(
              store.range(RangeRequest.of(KeyRange.between(from, end)).limit(PAGE).keysOnly()));
      page.kvs().forEach(this::note);
      more = page.more();
      from = more ? after(page.kvs().get(page.kvs().size() - 1).key()) : end;
    }
  }

  /**
   * Past the last key that was read, and past all that have the same beginning up to a slash, or
   * were put by the same producer: of a long queue, etcd counts what is left for each page.
   */
  private Bytes after(Bytes last) {
    Optional<KeyRange> series = UniqueKeys.series(prefix, last);
    if (series.isPresent()) {
      return series.get().end().orElseThrow();
    }
    String own = last.from(prefix.length()).utf8();
    int slash = own.indexOf(SLASH);
    return slash < 0
        ? KeyRange.after(last)
        : KeyRange.prefix(prefix.concat(Bytes.utf8(own.substring(0, slash + 1))))
            .end()
            .orElseThrow();
  }

  private void note(KeyValue kv) {
    String own = kv.key().from(prefix.length()).utf8();
    int slash = own.indexOf(SLASH);
    if (slash >= 0) {
      noteBelow(own.substring(0, slash));
    } else if (kv.lease() != 0) {
      found.add(Kind.LINE);
    } else {
      found.add(OF_DOUBLE_BARRIERS.contains(own) ? Kind.DOUBLE_BARRIER : Kind.QUEUE);
    }
  }

  private void noteBelow(String first) {
    switch (first) {
      case "read", "write" -> found.add(Kind.READ_WRITE);
      case "holder", "limit" -> found.add(Kind.PERMITS);
      case "waiters" -> found.add(Kind.DOUBLE_BARRIER);
      default -> {
        if (PRIORITY.matcher(first).matches()) {
          found.add(Kind.PRIORITY_QUEUE);
        }
      }
    }
  }
}
