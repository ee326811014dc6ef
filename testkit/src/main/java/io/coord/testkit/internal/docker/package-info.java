/** Clusters whose members are containers, by way of Testcontainers. */
@NullMarked
package io.coord.testkit.internal.docker;

import org.jspecify.annotations.NullMarked;
