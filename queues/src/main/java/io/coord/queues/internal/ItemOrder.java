package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeRequest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which keys are items of a queue, and which of two items leaves first. */
interface ItemOrder {

  /** The range that holds every item, and perhaps keys of others. */
  KeyRange range();

  boolean isItem(Bytes key);

  /** When an item came in, as far as its key says. */
  Optional<Instant> since(Bytes key);

  /** Where to go on reading by key after one that is no item: past those that cannot be either. */
  Bytes after(Bytes stranger);

  Comparator<Item> comparator();

  /** The order in which etcd is to give items, so that the first ones come first. */
  RangeRequest.Order readOrder();

  /**
   * The keys among which an item with a lesser key has come in before, those of one producer; empty
   * if its key does not tell.
   */
  Optional<KeyRange> series(Bytes key);

  /** Whether items that compare as equal to etcd can be cut apart by a limit. */
  boolean hasTies();

  /** Whether an item that comes in may go before others that are there. */
  boolean mayBeOvertaken();

  /**
   * Conditions one of which fails if, since a revision, an item has come in that goes before this
   * one; none when that cannot be.
   */
  List<Compare> nothingNewBefore(Item item, long knownThrough);
}
