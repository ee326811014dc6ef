/** Finding an etcd on this machine, or fetching one into a private cache. */
@NullMarked
package io.coord.testkit.internal.provision;

import org.jspecify.annotations.NullMarked;
