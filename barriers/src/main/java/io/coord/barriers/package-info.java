/**
 * Points at which processes wait for each other. Begin with {@link io.coord.barriers.Barrier},
 * {@link io.coord.barriers.DoubleBarrier} or {@link io.coord.barriers.CountDownLatch}.
 */
@NullMarked
package io.coord.barriers;

import org.jspecify.annotations.NullMarked;
