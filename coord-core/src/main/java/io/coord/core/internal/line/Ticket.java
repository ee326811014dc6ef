package io.coord.core.internal.line;

import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.HoldLoss;
import io.coord.core.KeyDeletedException;
import io.coord.core.SessionState;
import io.coord.core.internal.line.LineRequests.Glance;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.TxnRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One place in a line, from joining to leaving. Made by {@link Line#join}.
 *
 * <p>Its futures complete under no lock, mostly on the store's thread: what is chained to them must
 * not block.
 */
public final class Ticket {

  /**
   * The life of a ticket.
   *
   * <pre>
   *   JOINING ----> WAITING ----> HELD
   *      |             |           |
   *      |             '-----+-----'--> LEAVING --> GONE
   *      '--(leave asked)----'                       ^
   *    any, when its session ends or its key is deleted
   * </pre>
   */
  enum Phase {
    /** The transaction that puts the key is under way, or what became of it is being found out. */
    JOINING,
    /** The key is in etcd; somebody is before it. */
    WAITING,
    /** Told that it holds. */
    HELD,
    /** The deletion of the key is under way. */
    LEAVING,
    /** No longer in line. */
    GONE
  }

  /** What a departure found. */
  public enum Departure {
    /** The key was there until now, or an earlier copy of the request may have deleted it. */
    LEFT,
    /** The key had been deleted before, by somebody else or with its lease. */
    HAD_BEEN_LOST
  }

  final LeaseSession session;
  final Bytes key;

  /** The second key of this place, if it has one. */
  final Optional<Bytes> companion;

  final Bytes value;

  /** What the session calls the keys; empty when this place was not put by this ticket. */
  final Optional<String> name;

  /** What the join carries out besides. */
  final Optional<TxnRequest> rider;

  final CompletableFuture<Grant> granted = new CompletableFuture<>();
  final CompletableFuture<Void> mustWait = new CompletableFuture<>();
  final CompletableFuture<HoldLoss> lost = new CompletableFuture<>();
  final CompletableFuture<Departure> left = new CompletableFuture<>();

  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private final LeaseSession.EndHook endHook;
  private final Line line;

  // The following change under the line's lock only.
  Phase phase = Phase.JOINING;
  Optional<Entry> entry = Optional.empty();
  boolean leaveAsked;
  Handover handover;

  /** When the last request was sent whose answer showed the key. */
  long seenSince;

  boolean checkUnderWay;

  /** Whether a request that failed is to be sent again after a pause. */
  boolean pausing;

  boolean companionStays;

  /** What the last join that was sent reads. */
  Glance glance = Glance.LINE;

  /** Whether somebody wants to know if anybody is before it. */
  boolean placeAsked;

  /** Whether the answer to the join says that the conditions of its rider held. */
  boolean riderApplied;

  /** Whether a copy of a request that writes the keys may be on its way still. */
  boolean mayBeWrittenLate;

  /** The place that this ticket takes up; empty for a new one. */
  final Optional<Entry> resumed;

  Ticket(Line line, LeaseSession session, Place place) {
    this.line = line;
    this.session = session;
    this.key = place.key();
    this.companion = place.companion();
    this.value = place.value();
    this.name = place.name();
    this.resumed = place.resumed();
    this.rider = place.rider();
    this.handover = place.handover();
    this.endHook = ended -> line.sessionEnded(this);
  }

  /** The key of this place. */
  public Bytes key() {
    return key;
  }

  /** The session whose lease the key is under. */
  public LeaseSession session() {
    return session;
  }

  /**
   * Completes when the place is at the head and its key has been seen there. Fails when the session
   * ends first ({@link io.coord.core.SessionLostException}, {@link io.coord.core.ClosedException}),
   * when the key is deleted ({@link io.coord.core.KeyDeletedException}), when etcd refuses ({@link
   * io.coord.core.RefusedException}), and with {@link java.util.concurrent.CancellationException}
   * when {@link #leave} comes first.
   */
  public CompletableFuture<Grant> granted() {
    return granted;
  }

  /**
   * Whether what rode with the join is known to have been applied at the entry's create revision;
   * to be asked once it is {@link #granted}. It may have been applied though this says no, when the
   * answer to the join was lost: then it is to be found out from what it wrote.
   */
  public boolean isRiderApplied() {
    return riderApplied;
  }

  /**
   * Completes when somebody is known to be before the place, who must go first; never, when it is
   * granted at once or the ticket ends before that is known.
   */
  public CompletableFuture<Void> mustWait() {
    line.askPlace(this);
    return mustWait;
  }

  /** Completes when the place was granted and is lost before it was left; else never. */
  public CompletableFuture<HoldLoss> lost() {
    return lost;
  }

  /** Whether the place is granted, and neither left nor lost, as far as this process can know. */
  public boolean isHeld() {
    return line.isHeld(this);
  }

  /**
   * Throws why the place is not held any more, if it was granted and that is known by now: the
   * session is over, or the key is gone.
   */
  public void throwIfLost() {
    session
        .ended()
        .ifPresent(
            over -> {
              throw over;
            });
    if (lost.isDone()) {
      throw new KeyDeletedException(lost.join().detail(), null);
    }
  }

  /**
   * Says that somebody may act in etcd by the key: it is handed over once it is gone, not at once.
   *
   * @return false when it is too late: the ticket is being left, and may have been taken over
   */
  public boolean handOverOnceGone() {
    return line.handOverOnceGone(this);
  }

  /**
   * Leaves the line, wherever the ticket stands; idempotent. The key is deleted even if etcd cannot
   * be reached now, or refuses: that is tried again until it succeeds or the session ends.
   *
   * @return the same future at each call: completes when the key is gone; fails with {@link
   *     io.coord.core.RefusedException} when etcd refuses for the first time, and with {@link
   *     io.coord.core.ClosedException} when the connection is closed first
   */
  public CompletableFuture<Departure> leave() {
    line.leave(this);
    return left;
  }

  /**
   * Leaves, like {@link #leave}, but not the companion of a place that is held: that one stays
   * where the place stood, and may be taken up with {@link Lines#resume}. If the place had been
   * lost before, nothing stays.
   *
   * @return as {@link #leave}
   */
  public CompletableFuture<Departure> leaveCompanionBehind() {
    line.leaveCompanionBehind(this);
    return left;
  }

  /**
   * Completes when the place is in the line no more: its key is gone, or left to the lease. Other
   * than {@link #leave}, also when that was refused before.
   */
  public CompletableFuture<Void> gone() {
    return gone;
  }

  /** Has itself told when the session is over. */
  void begins() {
    session.addEndHook(endHook);
  }

  /** Is in line no more. */
  void ends() {
    session.removeEndHook(endHook);
    gone.complete(null);
  }

  /**
   * etcd refuses what must be done lest a key be left behind: that is tried again, and whoever
   * waits is told. Nothing is to stay then, neither the place nor its companion.
   */
  void refused(CoordException cause, List<Runnable> effects) {
    leaveAsked = true;
    companionStays = false;
    effects.add(() -> granted.completeExceptionally(cause));
    effects.add(() -> left.completeExceptionally(cause));
  }

  /** Whether the keys are being deleted, and it will be known although the session has ended. */
  boolean isDepartureAnsweredSoon() {
    return phase == Phase.LEAVING && !pausing && session.state() != SessionState.LOST;
  }

  /** An answer showed the key; its request was sent at this time. */
  void seen(long sentAt) {
    if (sentAt - seenSince > 0) {
      seenSince = sentAt;
    }
  }

  /** Why a place cannot be taken up again, given what was found under its key. */
  KeyDeletedException nothingToTakeUp(Optional<KeyValue> found) {
    return new KeyDeletedException(
        "there is no place to take up again: expected key "
            + key
            + " of create revision "
            + resumed.map(Entry::createRevision).orElseThrow()
            + " under lease "
            + Long.toHexString(session.lease())
            + ", found "
            + found.map(KeyValue::toString).orElse("no such key"),
        null);
  }

  /** What leaving deletes; the place's own key comes first. */
  List<Bytes> keysToDelete() {
    return companionStays || companion.isEmpty()
        ? List.of(key)
        : List.of(key, companion.orElseThrow());
  }

  @Override
  public String toString() {
    return "Ticket[" + key + "]";
  }
}
