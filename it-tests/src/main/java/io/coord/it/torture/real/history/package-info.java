/** What clients write down of what they do, and how it is read again. */
@NullMarked
package io.coord.it.torture.real.history;

import org.jspecify.annotations.NullMarked;
