package io.coord.it.torture.simulated.model;

import io.coord.locks.LockHold;
import io.coord.locks.MultiHold;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a model needs of the holds that it is given.
 *
 * @param isHeld whether a hold stands
 * @param release how it is given back
 * @param tokens the create revisions of its keys in etcd
 * @param guard asks for its guard, so that something may be sent under it
 * @param <H> the type of the holds
 */
record Handling<H>(
    Predicate<H> isHeld,
    Function<H, CompletableFuture<?>> release,
    Function<H, List<Long>> tokens,
    Consumer<H> guard) {

  static final Handling<LockHold> LOCK =
      new Handling<>(
          LockHold::isHeld,
          LockHold::releaseAsync,
          hold -> List.of(hold.fencingToken().value()),
          LockHold::guard);

  static final Handling<MultiHold> SEVERAL_LOCKS =
      new Handling<>(
          MultiHold::isHeld,
          MultiHold::releaseAsync,
          hold -> hold.holds().values().stream().map(one -> one.fencingToken().value()).toList(),
          MultiHold::guards);
}
