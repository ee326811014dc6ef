/** What is done to members and clients while they work. */
@NullMarked
package io.coord.it.torture.real.fault;

import org.jspecify.annotations.NullMarked;
