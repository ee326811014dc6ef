/**
 * The harness of the benchmarks: closed loops, what they measure, and how it is printed.
 *
 * <p>Start at {@link io.coord.benchmarks.BenchRunner}; a case is a {@link
 * io.coord.benchmarks.BenchCase}.
 */
@NullMarked
package io.coord.benchmarks;

import org.jspecify.annotations.NullMarked;
