package io.coord.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The same thing measured several times, in the order of what it gave. */
public final class Spread<T> {

  private final List<T> sorted;
  private final ToDoubleFunction<T> value;

  private Spread(List<T> sorted, ToDoubleFunction<T> value) {
    this.sorted = sorted;
    this.value = value;
  }

  /**
   * Sorts.
   *
   * @param measured at least one
   */
  public static <T> Spread<T> of(List<T> measured, ToDoubleFunction<T> value) {
    return new Spread<>(
        measured.stream().sorted(Comparator.comparingDouble(value)).toList(), value);
  }

  /** The one in the middle; of an even number, the lower of the two. */
  public T median() {
    return sorted.get((sorted.size() - 1) / 2);
  }

  public double medianValue() {
    return value.applyAsDouble(median());
  }

  public double least() {
    return value.applyAsDouble(sorted.get(0));
  }

  public double greatest() {
    return value.applyAsDouble(sorted.get(sorted.size() - 1));
  }
}
