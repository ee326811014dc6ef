/**
 * Software transactional memory: several keys read and written as if nobody else were there.
 *
 * <p>Start at {@link io.coord.stm.Stm}.
 */
@NullMarked
package io.coord.stm;

import org.jspecify.annotations.NullMarked;
