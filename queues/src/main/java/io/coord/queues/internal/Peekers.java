package io.coord.queues.internal;

import io.coord.core.internal.store.TxnResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Those who want to see the first item of a queue and leave it there. One look at a time is under
 * way, for all who had come by then. Not thread-safe: guarded by the dequeuer's lock.
 */
final class Peekers {

  /** How many items one look goes past at most, when others have taken them. */
  private static final int FEW = 3;

  private final Dequeuer dequeuer;
  private final ItemOrder order;
  private final Head head;
  private final HeadFeed feed;
  private final List<Want> wants = new ArrayList<>();
  private boolean looking;

  Peekers(Dequeuer dequeuer, ItemOrder order, Head head, HeadFeed feed) {
    this.dequeuer = dequeuer;
    this.order = order;
    this.head = head;
    this.feed = feed;
  }

  boolean isEmpty() {
    return wants.isEmpty();
  }

  void join(Want want) {
    wants.add(want);
  }

  void withdraw(Want want) {
    wants.remove(want);
  }

  void fail(Throwable cause, List<Runnable> effects) {
    for (Want want : wants) {
      effects.add(() -> want.result().completeExceptionally(cause));
    }
    wants.clear();
  }

  /** Tells those who are to see nothing, but for those whom a look may serve yet. */
  void dismiss(Predicate<Want> seesNothing, List<Runnable> effects) {
    if (looking) {
      return;
    }
    for (Want want : List.copyOf(wants)) {
      if (seesNothing.test(want)) {
        wants.remove(want);
        effects.add(() -> want.result().complete(Optional.empty()));
      }
    }
  }

  /** Looks at the first items that are known, unless that is being done. */
  void look(List<Runnable> effects) {
    if (looking || wants.isEmpty()) {
      return;
    }
    looking = true;
    Peek peek = new Peek(head.first(FEW), head.knownThrough(), order, List.copyOf(wants));
    effects.add(() -> dequeuer.send(peek));
  }

  void answered(Peek peek, TxnResult answer, List<Runnable> effects) {
    looking = false;
    Optional<Item> found = peek.found(answer);
    if (!peek.findsTheFirst(found)) {
      readAgainIfOthersTake(effects);
    }
    if (found.isPresent()) {
      for (Want want : peek.lookers()) {
        wants.remove(want);
        effects.add(() -> want.result().complete(found));
      }
    } else if (order.mayBeOvertaken()) {
      head.distrust();
    } else {
      peek.candidates().forEach(head::removed);
    }
  }

  /** Whoever only peeks would go past what others take a few items at a time. */
  private void readAgainIfOthersTake(List<Runnable> effects) {
    feed.othersTake(effects);
    if (!feed.isOpen()) {
      head.distrust();
    }
  }

  void failed(Throwable failure, List<Runnable> effects) {
    looking = false;
    fail(failure, effects);
  }
}
