package io.coord.it.torture.simulated.model;

import io.coord.core.internal.Futures;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What all models share: the chance that decides what clients do, the first rule that was broken,
 * and the ways to wait. Chance comes from the simulation's seed.
 */
final class Referee {

  /** How long the workers of a run may take, in virtual time. */
  private static final Duration LIMIT = Duration.ofMinutes(60);

  private final SimulatedEtcd etcd;
  private final SplittableRandom random;
  private Optional<Violation> first = Optional.empty();

  Referee(SimulatedEtcd etcd) {
    this.etcd = etcd;
    this.random = new SplittableRandom(etcd.seed());
  }

  SplittableRandom random() {
    return random;
  }

  Duration upTo(int millis) {
    return Duration.ofNanos(random.nextLong(millis * 1_000_000L));
  }

  /** Whether something happens that happens once in so many times. */
  boolean onceIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** Writes what a worker does, or was told, into the history. */
  void note(String worker, String action, Object detail) {
    etcd.note(worker, action, detail);
  }

  void broken(Rule rule, String what) {
    if (first.isEmpty()) {
      first = Optional.of(new Violation(rule, what));
    }
  }

  void check(boolean holds, Rule rule, Supplier<String> otherwise) {
    if (!holds) {
      broken(rule, otherwise.get());
    }
  }

  /** Goes on when a future is done. Nothing that is thrown there gets lost. */
  <T> void then(CompletableFuture<T> future, Consumer<T> onValue, Consumer<Throwable> onFailure) {
    Futures.onDone(future, guarded(onValue), guarded(onFailure));
  }

  private <T> Consumer<T> guarded(Consumer<T> step) {
    return value -> {
      try {
        step.accept(value);
      } catch (Violation violation) {
        first = first.or(() -> Optional.of(violation));
      } catch (RuntimeException | AssertionError defect) {
        Violation violation = new Violation(Rule.NO_DEFECT, "thrown: " + defect, defect);
        first = first.or(() -> Optional.of(violation));
      }
    };
  }

  /**
   * Runs until a condition holds.
   *
   * @throws Violation when a rule is broken, or when it takes too long
   */
  void until(BooleanSupplier condition, Supplier<String> otherwise) {
    boolean ended = etcd.run(() -> first.isPresent() || condition.getAsBoolean(), LIMIT);
    verdict();
    if (!ended) {
      throw new Violation(Rule.PROGRESS, otherwise.get() + " within " + LIMIT);
    }
  }

  /** Runs for a while, or until a rule is broken, which is thrown. */
  void runFor(Duration length) {
    etcd.run(first::isPresent, length);
    verdict();
  }

  /** Lets everything be well for a while. */
  void calm(Duration length) {
    etcd.faults().calm();
    runFor(length);
  }

  /** Throws the first violation, if there is one. */
  void verdict() {
    if (first.isPresent()) {
      throw first.get();
    }
  }

  /** Checks that nothing is left of what should be gone. */
  void nothingLeft(List<?> keys) {
    if (!keys.isEmpty()) {
      throw new Violation(Rule.NO_KEY_LEFT, "left are " + keys);
    }
  }
}
