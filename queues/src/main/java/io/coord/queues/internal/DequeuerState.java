package io.coord.queues.internal;

import io.coord.core.CompactedException;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.marked.Verdict;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/*
 * Taking items off one queue, for all callers of this process.
 *
 * Callers stand in `wants`, in the order in which they came. While any do, the Head is kept current,
 * and one take at a time is under way, for as many callers as were there when it was sent (group
 * commit: who comes alone is served at once, who comes meanwhile shares the next one).
 *
 *   want --> [front not known: read] --> [value not here: read] --> take --> item given to a want
 *     |              '--> [nothing there] --> waits for the watch; empty, when it only looks once
 *     '--> given up: empty
 *
 * Items that a take brings go to the wants that stand first then. A want that gives up while a take
 * may serve it is answered after the take, so that no item is on its way to nobody. Only if that
 * lasts longer than a moment, or the caller cancelled its future, may an item be left over: the next
 * want gets it, and if there is none it is put back, at the end.
 *
 * Lost reply:  MarkedTxn tells what the take has taken; an item is out of etcd and with its caller,
 *              or neither. In an outage that may take minutes. Who only looks once and came too late
 *              for that take does not wait for so long: the front is read beside it, and fails.
 *              What stays unknown after all is told to the callers of that take, and to no others.
 * Compaction:  values are read before the take, and its mark is in the present, so neither is ever
 *              read from the past. A front of several pages is of one moment, and read anew when that
 *              was compacted meanwhile. The watch is opened anew, and the front read again.
 * Close:       callers are told. What a take under way brings then is lost, as by the client's death.
 * Contention:  a take for one caller tries the first items, as many as others were found to be ahead
 *              of it, and takes the first that is there. A take for many takes all or none; after
 *              none, the next ones take each item by itself, until nobody else was in the way.
 * Refused:     several together may be more than etcd takes in a request: so each is taken by itself
 *              then. If that is refused as well, its callers are told.
 * Company:     callers that were served together are likely to come back together: see Gathering.
 */

/**
 * The decisions of one dequeuer. Does nothing by itself: what is to be done is added to the
 * effects. Not thread-safe: {@link Dequeuer} guards it.
 */
final class DequeuerState {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);
  private static final Duration LONG_FOR_A_TAKE = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final int LOW = 512;

  private final Dequeuer dequeuer;
  private final ItemOrder order;
  private final Head head;
  private final HeadFeed feed;
  private final ValueReader values;
  private final Removal removal;

  private final Gathering.Gate gate;
  private final Reach reach = new Reach();
  private final Set<Want> wants = new LinkedHashSet<>();

  /** Those of the wants that may have to be told that they get nothing. */
  private final Set<Want> impatient = new LinkedHashSet<>();

  private final Peekers peekers;
  private List<Want> atStake = List.of();
  private long lastWant;
  private boolean taking;
  private long takes;
  private boolean standstillCheckSet;
  private boolean pausing;
  private boolean contended;

  /** How many takes are yet of one item each, after one of several was refused. */
  private int apart;

  private boolean idleCheckSet;

  private Optional<RuntimeException> closed = Optional.empty();

  DequeuerState(
      Dequeuer dequeuer,
      ItemOrder order,
      Removal removal,
      Gathering.Gate gate,
      Head head,
      HeadFeed feed,
      ValueReader values) {
    this.dequeuer = dequeuer;
    this.order = order;
    this.removal = removal;
    this.head = head;
    this.feed = feed;
    this.values = values;
    this.peekers = new Peekers(dequeuer, order, head, feed);
    this.gate = gate;
  }

  // Callers

  void join(Want want, List<Runnable> effects) {
    if (closed.isPresent()) {
      effects.add(() -> want.result().completeExceptionally(closed.get()));
      return;
    }
    want.number = ++lastWant;
    wants.add(want);
    effects.addAll(gate.came());
    if (want.looksOnce()) {
      impatient.add(want);
    }
  }

  void joinPeeks(Want want, List<Runnable> effects) {
    if (closed.isPresent()) {
      effects.add(() -> want.result().completeExceptionally(closed.get()));
      return;
    }
    want.number = ++lastWant;
    peekers.join(want);
  }

  void giveUp(Want want) {
    want.givenUp = true;
    if (wants.contains(want)) {
      impatient.add(want);
    }
  }

  void withdraw(Want want) {
    wants.remove(want);
    impatient.remove(want);
    peekers.withdraw(want);
  }

  void close(RuntimeException cause, List<Runnable> effects) {
    closed = Optional.of(cause);
    failAll(cause, effects);
    feed.close(effects);
  }

  /** Nobody can be served any more. */
  void failAll(Throwable cause, List<Runnable> effects) {
    fail(List.copyOf(wants), cause, effects);
    peekers.fail(cause, effects);
  }

  private void failThoseWhoLook(Throwable cause, List<Runnable> effects) {
    fail(impatient.stream().filter(DequeuerState::looksInVain).toList(), cause, effects);
    peekers.fail(cause, effects);
  }

  private void fail(List<Want> failing, Throwable cause, List<Runnable> effects) {
    for (Want want : failing) {
      withdraw(want);
      effects.add(() -> want.result().completeExceptionally(cause));
    }
  }

  /** Who was to get these may have gone meanwhile: they go to those who stand first now. */
  void give(List<Item> items, List<Runnable> effects) {
    for (Item item : items) {
      Iterator<Want> first = wants.iterator();
      if (first.hasNext()) {
        Want want = first.next();
        withdraw(want);
        effects.add(() -> dequeuer.deliver(want, item));
      } else {
        effects.add(() -> dequeuer.putBack(item));
      }
    }
  }

  // Answers

  /**
   * Etcd could not be read; waiting goes on if it is merely out of reach, or compacted too fast.
   */
  void readFailed(Throwable failure, List<Runnable> effects) {
    if (failure instanceof UnavailableException || failure instanceof CompactedException) {
      failThoseWhoLook(failure, effects);
    } else {
      failAll(failure, effects);
    }
  }

  void valuesFailed(Throwable failure, List<Runnable> effects) {
    readFailed(failure, effects);
    pause(effects);
  }

  void takeConcluded(Take take, Verdict verdict, List<Runnable> effects) {
    int callers = atStake.size();
    int served = 0;
    takeIsOver();
    if (verdict instanceof Verdict.Applied applied) {
      List<Item> taken = take.taken(applied);
      served = taken.size();
      take.gone(applied).forEach(head::removed);
      contended = take.wasContended(applied);
      if (contended) {
        feed.othersTake(effects);
      }
      reach.took(take, applied);
      give(taken, effects);
    } else if (verdict instanceof Verdict.ConditionsNotMet) {
      contended = true;
      feed.othersTake(effects);
      reach.missed();
      if (order.mayBeOvertaken()) {
        head.distrust();
      } else if (take.showsThatAllAreGone()) {
        take.candidates().forEach(head::removed);
      }
    }
    effects.addAll(gate.ended(callers, served));
  }

  void takeFailed(Take take, Throwable failure, List<Runnable> effects) {
    List<Want> tried = atStake;
    effects.addAll(gate.ended(tried.size(), 0));
    takeIsOver();
    boolean several = take.candidates().size() > 1;
    apart = failure instanceof RefusedException && several ? take.candidates().size() : 0;
    if (apart > 0) {
      return;
    }
    if (failure instanceof UnavailableException) {
      failThoseWhoLook(failure, effects);
    } else {
      head.distrust();
      fail(tried, failure, effects);
    }
    pause(effects);
  }

  private void takeIsOver() {
    taking = false;
    atStake.forEach(want -> want.atStake = false);
    atStake = List.of();
  }

  Peekers peekers() {
    return peekers;
  }

  // Conclusions

  /** Draws what follows from the last change; called after each. */
  void settle(List<Runnable> effects) {
    dismiss(effects);
    if (closed.isPresent()) {
      return;
    }
    if (wants.isEmpty() && peekers.isEmpty()) {
      watchForIdleness(effects);
      return;
    }
    feed.open(effects);
    if (pausing) {
      return;
    }
    if (head.isStale() || (head.isCut() && head.size() < LOW) || feed.isBehindOthers()) {
      feed.read(lastWant, effects);
    }
    if (head.isStale()) {
      return;
    }
    if (head.isEmpty()) {
      lookForItems(effects);
      return;
    }
    peekers.look(effects);
    take(effects);
  }

  /** Those who are to get nothing are told, but for those whom a take may serve yet. */
  private void dismiss(List<Runnable> effects) {
    for (Want want : List.copyOf(impatient)) {
      if (!want.atStake && (want.givenUp || knowsThatThereIsNone(want))) {
        withdraw(want);
        effects.add(() -> want.result().complete(Optional.empty()));
      }
    }
    peekers.dismiss(this::knowsThatThereIsNone, effects);
  }

  /**
   * That the head is empty is not enough: what was taken from it is gone later than it is known,
   * and something may have come in between.
   */
  private boolean knowsThatThereIsNone(Want want) {
    return want.looksOnce() && head.isEmpty() && want.number <= feed.emptyThrough();
  }

  private void lookForItems(List<Runnable> effects) {
    boolean somebodyLooks = !peekers.isEmpty() || impatient.stream().anyMatch(Want::looksOnce);
    if (somebodyLooks || feed.readWouldTell()) {
      feed.read(lastWant, effects);
    }
  }

  private void take(List<Runnable> effects) {
    if (wants.isEmpty()) {
      return;
    }
    int callers = Math.min(wants.size(), removal.mostAtOnce());
    values.readAhead(callers, effects);
    if (taking) {
      watchForStandstill(effects);
      return;
    }
    int most = apart > 0 ? 1 : callers > 1 ? callers : reach.items();
    List<Item> candidates = removal.fitting(head.ready(most));
    if (candidates.isEmpty() || !gate.opens(callers, removal.mostAtOnce())) {
      return;
    }
    gate.left(callers);
    apart = Math.max(0, apart - 1);
    taking = true;
    takes++;
    atStake = wants.stream().limit(callers).toList();
    atStake.forEach(want -> want.atStake = true);
    Take take =
        new Take(shape(callers, candidates), candidates, head.knownThrough(), order, removal);
    effects.add(() -> dequeuer.send(take));
  }

  /** Whether it is to be told soon that there is nothing, and no take under way may serve it. */
  private static boolean looksInVain(Want want) {
    return want.looksOnce() && !want.atStake;
  }

  private void watchForStandstill(List<Runnable> effects) {
    if (!standstillCheckSet && impatient.stream().anyMatch(DequeuerState::looksInVain)) {
      standstillCheckSet = true;
      long then = takes;
      effects.add(
          () ->
              dequeuer.stepLater(
                  LONG_FOR_A_TAKE, (state, more) -> state.checkStandstill(then, more)));
    }
  }

  private void checkStandstill(long then, List<Runnable> effects) {
    standstillCheckSet = false;
    if (taking && takes == then && impatient.stream().anyMatch(DequeuerState::looksInVain)) {
      feed.read(lastWant, effects);
    }
  }

  private Take.Shape shape(int callers, List<Item> candidates) {
    if (candidates.size() == 1) {
      return Take.Shape.ALL;
    }
    if (callers == 1) {
      return Take.Shape.FIRST;
    }
    return contended ? Take.Shape.EACH : Take.Shape.ALL;
  }

  /** Whether anybody waits for something to come. */
  boolean isWaitedFor() {
    return !wants.isEmpty();
  }

  long lastWant() {
    return lastWant;
  }

  private void pause(List<Runnable> effects) {
    pausing = true;
    effects.add(() -> dequeuer.stepLater(RETRY_PAUSE, (state, more) -> state.pausing = false));
  }

  /** Lets the watch go when nobody has wanted anything for some seconds. */
  private void watchForIdleness(List<Runnable> effects) {
    if (!idleCheckSet && feed.isOpen()) {
      idleCheckSet = true;
      long then = lastWant;
      effects.add(() -> dequeuer.stepLater(IDLE, (state, more) -> state.checkIdleness(then, more)));
    }
  }

  private void checkIdleness(long then, List<Runnable> effects) {
    idleCheckSet = false;
    if (wants.isEmpty() && peekers.isEmpty() && !taking && then == lastWant) {
      feed.close(effects);
      head.clear();
    }
  }
}
