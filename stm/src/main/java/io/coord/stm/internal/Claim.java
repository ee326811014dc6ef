package io.coord.stm.internal;

import io.coord.core.Bytes;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * What one run has to do with the {@link RightOfWay}: it lets others go first, and goes first
 * itself once it has failed often enough.
 */
final class Claim {

  /** How many attempts a run makes before it claims the right of way. */
  private static final int PATIENCE = 4;

  private final RightOfWay rightOfWay;
  private final BooleanSupplier isOver;
  private boolean isMade;
  private boolean wasHeldUp;
  private int failures;

  /**
   * Claims nothing yet.
   *
   * @param isOver whether the run has ended
   */
  Claim(RightOfWay rightOfWay, BooleanSupplier isOver) {
    this.rightOfWay = rightOfWay;
    this.isOver = isOver;
  }

  /** Whether the run has claimed the right of way, even if it has it no more. */
  boolean isMade() {
    return isMade;
  }

  /** Completes as soon as the run may commit what it writes. */
  CompletableFuture<Void> pass(Set<Bytes> writes) {
    CompletableFuture<Void> way = rightOfWay.pass(this, writes);
    wasHeldUp = !way.isDone();
    return way;
  }

  /**
   * An attempt has failed. Gives whether the other transactions of this process let the next one go
   * first.
   */
  boolean failed(ReadSet reads) {
    if (isMade) {
      return rightOfWay.renew(this, reads);
    }
    // What has let another one go first is stale of course. If that counted, they would all claim.
    failures += wasHeldUp ? 0 : 1;
    isMade = failures >= PATIENCE && rightOfWay.claim(this, reads, isOver);
    return isMade;
  }

  /** The run has ended. */
  void end() {
    rightOfWay.release(this);
  }
}
