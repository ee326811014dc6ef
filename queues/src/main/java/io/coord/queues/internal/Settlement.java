package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.queues.internal.marked.Mark;
import io.coord.queues.internal.marked.MarkedWork;
import java.util.ArrayList;
import java.util.List;

/**
 * Operations that are done only while a key is as it was put: the end of a claim while it stands,
 * or what becomes of a dead item.
 *
 * @param key the key
 * @param revision the revision at which it was put
 * @param ops what is done
 */
record Settlement(Bytes key, long revision, List<Op> ops) implements MarkedWork {

  @Override
  public List<Op> ops(Mark mark) {
    return new Together(List.of(this)).ops(mark);
  }

  @Override
  public List<Op> evidence(Mark mark) {
    return List.of();
  }

  /** Several that are done all or none. */
  record Together(List<Settlement> all) implements MarkedWork {

    @Override
    public List<Op> ops(Mark mark) {
      List<Compare> conditions = new ArrayList<>();
      List<Op> then = new ArrayList<>();
      for (Settlement one : all) {
        conditions.add(Compare.modRevision(one.key, Relation.EQUAL, one.revision));
        then.addAll(one.ops);
      }
      then.add(mark.put(""));
      return List.of(
          new Op.Nested(new TxnRequest(conditions, then, List.of(), TxnRequest.Repeat.NEVER)));
    }

    @Override
    public List<Op> evidence(Mark mark) {
      return List.of();
    }
  }
}
