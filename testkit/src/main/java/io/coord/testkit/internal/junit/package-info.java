/** What the JUnit extension keeps over a test run. */
@NullMarked
package io.coord.testkit.internal.junit;

import org.jspecify.annotations.NullMarked;
