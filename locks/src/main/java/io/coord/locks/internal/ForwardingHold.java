package io.coord.locks.internal;

import io.coord.core.FencingToken;
import io.coord.core.Guard;
import io.coord.core.HoldLoss;
import io.coord.core.Release;
import io.coord.locks.LockHold;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A hold that is another one, with something more to it. */
abstract class ForwardingHold implements LockHold {

  private final LockHold hold;

  ForwardingHold(LockHold hold) {
    this.hold = hold;
  }

  @Override
  public final FencingToken fencingToken() {
    return hold.fencingToken();
  }

  @Override
  public final String key() {
    return hold.key();
  }

  @Override
  public final boolean isHeld() {
    return hold.isHeld();
  }

  @Override
  public final CompletionStage<HoldLoss> lost() {
    return hold.lost();
  }

  @Override
  public final Guard guard() {
    return hold.guard();
  }

  @Override
  public final Release release() {
    return hold.release();
  }

  @Override
  public final CompletableFuture<Release> releaseAsync() {
    return hold.releaseAsync();
  }
}
