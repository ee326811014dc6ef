/** Making X.509 certificates, with Bouncy Castle: the JDK has a tool for it but no interface. */
@NullMarked
package io.coord.testkit.internal.tls;

import org.jspecify.annotations.NullMarked;
