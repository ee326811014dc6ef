/**
 * A JUnit 5 fixture that runs tests on real etcd clusters, with faults.
 *
 * <p>Start at {@link io.coord.testkit.EtcdTest}, or at {@link io.coord.testkit.EtcdCluster} where
 * JUnit does not run the show.
 */
@NullMarked
package io.coord.testkit;

import org.jspecify.annotations.NullMarked;
