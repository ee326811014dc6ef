package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * Operations that are done only while a key is as it was put: the end of a claim while it stands,
 * or what becomes of a dead item.
 *
 * @param key the key
 * @param revision the revision at which it was put
 * @param writes what is done
 */
record Settlement(Bytes key, long revision, List<Op> writes) implements MarkedWork.Plain {

  @Override
  public List<Compare> conditions() {
    return List.of(Compare.modRevision(key, Relation.EQUAL, revision));
  }

  @Override
  public List<Op> otherwise() {
    return List.of();
  }

  /** Several that are done all or none. */
  record Together(List<Settlement> all) implements MarkedWork.Plain {

    @Override
    public List<Compare> conditions() {
      List<Compare> conditions = new ArrayList<>(all.size());
      all.forEach(one -> conditions.addAll(one.conditions()));
      return conditions;
    }

    @Override
    public List<Op> writes() {
      List<Op> writes = new ArrayList<>(2 * all.size());
      all.forEach(one -> writes.addAll(one.writes()));
      return writes;
    }

    @Override
    public List<Op> otherwise() {
      return List.of();
    }
  }
}
