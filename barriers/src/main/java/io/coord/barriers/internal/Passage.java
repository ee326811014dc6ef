package io.coord.barriers.internal;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/*
 * One wait until a key is gone.
 *
 *   LOOKING --key absent----------------------------------------> through
 *      | `--no answer--> LOOKING, after a pause
 *      '--key there, created at c--> WAITING --absent, or created after c--> through
 *
 *   any --timeout--> not through;  any --cancelled, refused, closed--> ended
 *
 * Who gives no time at all looks once, and what that shows, or that it fails, is the end of it.
 *
 * LOOKING is a linearizable read of its own, so what was held or released before the wait began is
 * respected, however far behind the mirror is. From then on c decides: once etcd has had a state
 * without the key that was created at c, it was opened, and whoever waited for that goes on, though
 * it be held again by now. The mirror only ever shows states that etcd had; its watch may break, be
 * compacted or come late, and that makes nobody pass. Whoever opens through this process tells the
 * mirror by the answer of its transaction, which is a state that etcd had, too: see Gate.
 */

/** Waits until a key does not exist. */
public final class Passage implements Mirror.Observer {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  private final Store store;
  private final Mirrors mirrors;
  private final Bytes key;
  private final CompletableFuture<Boolean> passed = new CompletableFuture<>();

  // On the store's thread only.
  private long created;
  private boolean looksOnce;

  private Passage(CoordRuntime coord, Bytes key) {
    this.store = coord.store();
    this.mirrors = Mirrors.of(coord);
    this.key = key;
  }

  /**
   * Begins to wait.
   *
   * @param bound how long at most; empty for as long as it takes
   * @return true once the key was seen to be absent, false when the time is over; cancelling it
   *     ends the wait
   */
  public static CompletableFuture<Boolean> begin(
      CoordRuntime coord, Bytes key, Optional<Duration> bound) {
    Passage passage = new Passage(coord, key);
    CompletableFuture<Boolean> passed = passage.mirrors.endingWithTheConnection(passage.passed);
    passage.store.scheduler().execute(() -> passage.start(bound));
    return passed;
  }

  /** Waits, blocking; gives what {@link #begin} gives. */
  public static boolean await(CoordRuntime coord, Bytes key, Optional<Duration> bound)
      throws InterruptedException {
    return Mirrors.of(coord).await(begin(coord, key, bound));
  }

  /**
   * Begins to wait for as long as it takes. The future is the user's: it completes on the callback
   * executor, and cancelling it ends the wait.
   */
  public static CompletableFuture<Void> published(CoordRuntime coord, Bytes key) {
    CompletableFuture<Boolean> passed = begin(coord, key, Optional.empty());
    CompletableFuture<Void> ours = new CompletableFuture<>();
    Futures.onDone(passed, through -> ours.complete(null), ours::completeExceptionally);
    Futures.onDone(ours, through -> {}, failure -> passed.completeExceptionally(failure));
    return Futures.publish(ours, coord.callbacks(), through -> {});
  }

  private void start(Optional<Duration> bound) {
    looksOnce = bound.filter(Duration::isZero).isPresent();
    if (bound.isPresent() && !looksOnce) {
      Timer timer = store.scheduler().schedule(bound.get(), () -> passed.complete(false));
      Futures.onDone(passed, end -> timer.cancel(), failure -> timer.cancel());
    }
    look();
  }

  private void look() {
    if (!passed.isDone()) {
      Futures.onDone(store.range(RangeRequest.key(key).keysOnly()), this::looked, this::lookFailed);
    }
  }

  private void lookFailed(Throwable failure) {
    if (looksOnce || failure instanceof RefusedException || failure instanceof ClosedException) {
      passed.completeExceptionally(failure);
    } else {
      store.scheduler().schedule(RETRY_PAUSE, this::look);
    }
  }

  private void looked(RangeResult found) {
    Optional<KeyValue> there = found.first();
    if (there.isEmpty()) {
      passed.complete(true);
    } else if (looksOnce) {
      passed.complete(false);
    } else if (!passed.isDone()) {
      created = there.get().createRevision();
      Mirror mirror = mirrors.get(KeyRange.single(key));
      mirror.add(this);
      Futures.onDone(passed, end -> letGo(mirror), failure -> letGo(mirror));
    }
  }

  private void letGo(Mirror mirror) {
    store.scheduler().execute(() -> mirror.remove(this));
  }

  @Override
  public void onState(Mirror mirror) {
    if (mirror.revision() >= created
        && mirror.get(key).filter(kv -> kv.createRevision() <= created).isEmpty()) {
      passed.complete(true);
    }
  }

  @Override
  public void onFailed(CoordException cause) {
    passed.completeExceptionally(cause);
  }
}
