package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeRequest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * First in, first out: by modification revision, and by key among those that one transaction put.
 * An item is a key below the queue's name without a further slash. What comes in later always goes
 * behind, so there is nothing new to look out for.
 */
record FifoOrder(Bytes prefix) implements ItemOrder {

  private static final byte SLASH = '/';

  @Override
  public KeyRange range() {
    return KeyRange.prefix(prefix);
  }

  @Override
  public boolean isItem(Bytes key) {
    return key.startsWith(prefix) && !key.contains(SLASH, prefix.length());
  }

  /** Ours say it at their end, after a dash; those of Go's recipe are nothing else. */
  @Override
  public Optional<Instant> since(Bytes key) {
    String own = key.from(prefix.length()).utf8();
    int dash = own.lastIndexOf('-');
    return dash < 0 ? Stamp.readGo(own) : Stamp.read(own.substring(dash + 1));
  }

  /** The end of all keys below the slash that makes it a stranger. */
  @Override
  public Bytes after(Bytes stranger) {
    int slash = prefix.length();
    while (stranger.at(slash) != SLASH) {
      slash++;
    }
    return KeyRange.prefix(stranger.upTo(slash + 1)).end().orElseThrow();
  }

  @Override
  public Comparator<Item> comparator() {
    return Comparator.comparingLong(Item::modRevision).thenComparing(Item::key);
  }

  @Override
  public RangeRequest.Order readOrder() {
    return RangeRequest.Order.MOD_REVISION;
  }

  @Override
  public Optional<KeyRange> series(Bytes key) {
    return UniqueKeys.series(prefix, key);
  }

  @Override
  public boolean hasTies() {
    return true;
  }

  @Override
  public boolean mayBeOvertaken() {
    return false;
  }

  @Override
  public List<Compare> nothingNewBefore(Item item, long knownThrough) {
    return List.of();
  }
}
