/** Programs that tests run in a JVM of their own. */
package io.coord.testkit.child;
