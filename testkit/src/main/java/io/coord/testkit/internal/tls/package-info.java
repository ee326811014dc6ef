/** Making X.509 certificates, for which the JDK has a tool but no interface. */
@NullMarked
package io.coord.testkit.internal.tls;

import org.jspecify.annotations.NullMarked;
