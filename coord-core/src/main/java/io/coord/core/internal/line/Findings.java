package io.coord.core.internal.line;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.RangeResult;
import java.util.List;
import java.util.Optional;

/**
 * Brings what answers say of a line to those who draw conclusions: the view, and our tickets that
 * wait, which learn how fresh a sight of their key is. Guarded by its line.
 */
final class Findings {

  private final LineView view;
  private final Turns turns;

  Findings(LineView view, Turns turns) {
    this.view = view;
    this.turns = turns;
  }

  static Entry entryOf(KeyValue kv) {
    return new Entry(kv.key(), kv.createRevision());
  }

  /**
   * The whole line was read.
   *
   * @param sentAt when the request was sent
   */
  void line(long revision, List<KeyValue> content, long sentAt) {
    view.snapshot(revision, content);
    content.forEach(kv -> turns.seen(entryOf(kv), sentAt));
  }

  /**
   * One key was read.
   *
   * @param sentAt when the request was sent
   */
  void key(Bytes key, RangeResult read, long revision, long sentAt) {
    Optional<Entry> found = read.first().map(Findings::entryOf);
    if (found.isEmpty()) {
      view.deleted(key, revision);
    } else {
      view.seen(found.get(), revision);
      turns.seen(found.get(), sentAt);
    }
  }

  /** The keys of a ticket that leaves are gone, deleted at a revision or earlier. */
  void departed(Ticket ticket, long revision) {
    for (Bytes key : ticket.keysToDelete()) {
      if (turns.hasLetGo(key)) {
        view.deletedAfterLettingGo(key, revision);
      } else {
        view.deleted(key, revision);
      }
    }
  }
}
