package io.coord.core.internal.store;

import java.util.List;
import java.util.Optional;

/**
 * What a read saw.
 *
 * @param revision the store's revision when the read was made
 * @param kvs the keys, at most as many as the request's limit
 * @param count the number of keys in the range, whatever the limit
 */
public record RangeResult(long revision, List<KeyValue> kvs, long count) {

  /** True when the limit cut the answer short. */
  public boolean more() {
    return count > kvs.size();
  }

  public Optional<KeyValue> first() {
    return kvs.isEmpty() ? Optional.empty() : Optional.of(kvs.get(0));
  }
}
