/**
 * A deterministic, seeded etcd in memory, for exploring how clients interleave and what faults do
 * to them: {@link io.coord.testkit.sim.SimulatedEtcd}.
 *
 * <p>Everything happens in virtual time on the thread that drives the simulation. One seed gives
 * one history, on every machine.
 */
@NullMarked
package io.coord.testkit.sim;

import org.jspecify.annotations.NullMarked;
