package io.coord.it.torture.simulated.model;

import io.coord.locks.LockHold;
import io.coord.locks.MultiHold;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a model needs of the holds that it is given.
 *
 * @param isHeld whether a hold stands
 * @param release how it is given back
 * @param keys its keys in etcd
 * @param <H> the type of the holds
 */
record Handling<H>(
    Predicate<H> isHeld,
    Function<H, CompletableFuture<?>> release,
    Function<H, List<String>> keys) {

  static final Handling<LockHold> LOCK =
      new Handling<>(LockHold::isHeld, LockHold::releaseAsync, hold -> List.of(hold.key()));

  static final Handling<MultiHold> SEVERAL_LOCKS =
      new Handling<>(
          MultiHold::isHeld,
          MultiHold::releaseAsync,
          hold -> hold.holds().values().stream().map(LockHold::key).toList());
}
