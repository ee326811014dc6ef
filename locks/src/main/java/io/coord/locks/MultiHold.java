package io.coord.locks;

import io.coord.core.ClosedException;
import io.coord.core.Guard;
import io.coord.core.HoldLoss;
import io.coord.core.Release;
import io.coord.core.WriteTransaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Several locks that were acquired together by a {@link MultiLock}, until their release. It belongs
 * to whoever has this object, not to a thread. Safe to share between threads.
 *
 * <p>Each lock stays a {@link LockHold} of its own, with its own fencing token: what one lock
 * protects is written with the token of that one. The promise of {@link LockHold} applies to each.
 */
public final class MultiHold implements AutoCloseable {

  private final Map<String, LockHold> holds;
  private final CompletableFuture<HoldLoss> lost = new CompletableFuture<>();
  private final CompletionStage<HoldLoss> lostStage = lost.minimalCompletionStage();

  /** Takes over what was granted, in the order of the grants. */
  MultiHold(Map<String, LockHold> holds) {
    this.holds = Collections.unmodifiableMap(new LinkedHashMap<>(holds));
    CompletableFuture<?>[] ends =
        holds.values().stream()
            .map(hold -> hold.lost().thenAccept(lost::complete).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture<?> unused =
        CompletableFuture.allOf(ends)
            .whenComplete(
                (done, released) ->
                    lost.completeExceptionally(
                        new ClosedException(this + " was released before it was lost", null)));
  }

  /**
   * Returns the single holds.
   *
   * @return the holds by name, in the order in which they were granted; cannot be changed
   */
  public Map<String, LockHold> holds() {
    return holds;
  }

  /**
   * Returns one of the holds.
   *
   * @param name the name of the lock
   * @return its hold
   * @throws IllegalArgumentException when that lock is not among them
   */
  public LockHold hold(String name) {
    LockHold hold = holds.get(name);
    if (hold == null) {
      throw new IllegalArgumentException(
          "the lock " + name + " is not among those that are held: " + holds.keySet());
    }
    return hold;
  }

  /**
   * Tells whether all are held, as far as this process can know. Does not block; no request is
   * made.
   *
   * @return true while every one is held
   */
  public boolean isHeld() {
    return holds.values().stream().allMatch(LockHold::isHeld);
  }

  /**
   * Returns a stage that completes when the first of the locks is lost, with the reason, which
   * names the key; when all are released first, the stage fails with {@link ClosedException}. The
   * others stay held until they are released. Dependent actions run on the connection's callback
   * executor.
   *
   * @return the stage, the same at each call
   */
  public CompletionStage<HoldLoss> lost() {
    return lostStage;
  }

  /**
   * Returns the conditions that are true in etcd for as long as all are held.
   *
   * @return one for each lock, in the order in which they were granted
   */
  public List<Guard> guards() {
    return holds.values().stream().map(LockHold::guard).toList();
  }

  /**
   * Makes a transaction succeed only while all are held. Does not block; nothing is written.
   *
   * @param transaction the transaction
   * @return the transaction, which requires every one of {@link #guards()}
   */
  public WriteTransaction guard(WriteTransaction transaction) {
    WriteTransaction guarded = transaction;
    for (Guard guard : guards()) {
      guarded = guarded.require(guard);
    }
    return guarded;
  }

  /**
   * Releases all locks, the last one first. They are released side by side: blocks for one round
   * trip, at most the request timeout. Idempotent, and does not throw when one was lost. Not
   * interruptible: releasing goes on, and the thread's interrupt status is kept.
   *
   * @return what was found: {@link Release#HAD_BEEN_LOST} when one had been lost, else {@link
   *     Release#PENDING} when one is pending
   */
  public Release release() {
    List<LockHold> reversed = reversed();
    for (LockHold hold : reversed) {
      CompletableFuture<Release> unused = hold.releaseAsync();
    }
    return combined(reversed.stream().map(LockHold::release).toList());
  }

  /**
   * Does what {@link #release()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return gives what was found; never fails
   */
  public CompletableFuture<Release> releaseAsync() {
    List<CompletableFuture<Release>> releases =
        reversed().stream().map(LockHold::releaseAsync).toList();
    return CompletableFuture.allOf(releases.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> combined(releases.stream().map(CompletableFuture::join).toList()));
  }

  /** Does what {@link #release()} does. */
  @Override
  public void close() {
    release();
  }

  private List<LockHold> reversed() {
    List<LockHold> reversed = new ArrayList<>(holds.values());
    Collections.reverse(reversed);
    return reversed;
  }

  private static Release combined(Collection<Release> releases) {
    if (releases.contains(Release.HAD_BEEN_LOST)) {
      return Release.HAD_BEEN_LOST;
    }
    return releases.contains(Release.PENDING) ? Release.PENDING : Release.RELEASED;
  }

  @Override
  public String toString() {
    return "MultiHold" + holds.values();
  }
}
