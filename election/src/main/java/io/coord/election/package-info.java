/** Leader election across machines. Begin with {@link io.coord.election.Election}. */
@NullMarked
package io.coord.election;

import org.jspecify.annotations.NullMarked;
