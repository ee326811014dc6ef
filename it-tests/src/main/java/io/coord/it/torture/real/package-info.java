/** Clients in processes of their own, on real members, under faults, with a check afterwards. */
@NullMarked
package io.coord.it.torture.real;

import org.jspecify.annotations.NullMarked;
