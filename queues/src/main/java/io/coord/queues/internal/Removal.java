package io.coord.queues.internal;

import io.coord.core.internal.store.Op;
import java.util.List;

/** What is done in etcd with an item that is taken. */
interface Removal {

  /** The operations that take an item, its deletion among them. */
  List<Op> ops(Item item);

  /** The operations of a transaction that takes any, besides those of its items. */
  List<Op> ops();

  /** How many items one transaction can take. */
  int mostAtOnce();

  /** The first of some items, as many as one request has room for; one at least. */
  List<Item> fitting(List<Item> items);

  /** Simply deletes it. */
  record Deletion() implements Removal {

    /** With the marker, the records and the levels inside, 128 operations. */
    private static final int MOST = 120;

    @Override
    public List<Op> ops(Item item) {
      return List.of(Op.delete(item.key()));
    }

    @Override
    public List<Op> ops() {
      return List.of();
    }

    /** Keys only: there is room for as many as may be taken at once. */
    @Override
    public List<Item> fitting(List<Item> items) {
      return items;
    }

    @Override
    public int mostAtOnce() {
      return MOST;
    }
  }
}
