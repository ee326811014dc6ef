package io.coord.core.internal;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the handles of one name share, for as long as somebody holds it: a map that keeps none of
 * its values alive. Guarded by its owner's lock.
 */
public final class WeakValues<K, V> {

  private final Map<K, WeakReference<V>> values = new HashMap<>();

  /** The value of a key, if it is alive; forgets those that are not. */
  public Optional<V> get(K key) {
    values.values().removeIf(reference -> reference.get() == null);
    return Optional.ofNullable(values.get(key)).map(WeakReference::get);
  }

  /** Gives a key its value. */
  public void put(K key, V value) {
    values.put(key, new WeakReference<>(value));
  }

  /** Those that are alive, in no order. */
  public List<V> alive() {
    return values.values().stream().map(WeakReference::get).filter(Objects::nonNull).toList();
  }
}
