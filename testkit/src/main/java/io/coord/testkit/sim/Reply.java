package io.coord.testkit.sim;

import io.coord.core.CoordException;

/** Where the answer to a request goes. */
interface Reply<T> {

  void give(T value);

  void refuse(CoordException cause);
}
