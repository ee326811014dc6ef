package io.coord.testkit.sim;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.WatchEvent;
import java.util.ArrayList;
import java.util.List;

/** A watch as the server keeps it. */
final class ServerWatch {

  private final KeyRange range;
  private final Changes wanted;
  private final Subscriber subscriber;
  private long nextRevision;
  private State state = State.BEHIND;

  private enum State {
    /** Is sent each change as it is committed. */
    LEVEL,
    /** Waits for the server's next round, which sends what it has missed. */
    BEHIND,
    CANCELLED
  }

  /** Where a watch's messages go, in order. */
  interface Subscriber {
    void created(long nextRevision);

    void changed(List<WatchEvent> events);

    void compacted(long compactRevision);

    void refused(String reason);
  }

  ServerWatch(KeyRange range, long nextRevision, Changes wanted, Subscriber subscriber) {
    this.wanted = wanted;
    this.range = range;
    this.nextRevision = nextRevision;
    this.subscriber = subscriber;
  }

  KeyRange range() {
    return range;
  }

  Subscriber subscriber() {
    return subscriber;
  }

  long nextRevision() {
    return nextRevision;
  }

  boolean isLevel() {
    return state == State.LEVEL;
  }

  boolean isOver() {
    return state == State.CANCELLED;
  }

  void cancel() {
    state = State.CANCELLED;
  }

  /** The changes from a revision on have to be sent later; those before have been sent. */
  void fallBehind(long fromRevision) {
    nextRevision = Math.max(nextRevision, fromRevision);
    state = State.BEHIND;
  }

  /** Everything before a revision has been sent. */
  void catchUp(long newNextRevision) {
    nextRevision = Math.max(nextRevision, newNextRevision);
    state = State.LEVEL;
  }

  /** Those changes of one revision that this watch is to report. */
  List<WatchEvent> select(List<WatchEvent> changes) {
    List<WatchEvent> selected = new ArrayList<>();
    for (WatchEvent change : changes) {
      Bytes key = change.kv().key();
      if (isWanted(change.type())
          && change.kv().modRevision() >= nextRevision
          && range.contains(key)) {
        selected.add(change);
      }
    }
    return selected;
  }

  private boolean isWanted(WatchEvent.Type type) {
    return switch (wanted) {
      case ALL -> true;
      case DELETIONS -> type == WatchEvent.Type.DELETE;
      case PUTS -> type == WatchEvent.Type.PUT;
    };
  }
}
