package io.coord.core.internal;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * What the handles of one name share, for as long as somebody holds it: a map that keeps none of
 * its values alive. Guarded by its owner's lock.
 */
public final class WeakValues<K, V> {

  private final Map<K, WeakReference<V>> values = new HashMap<>();

  /** The value of a key, made if there is none alive; forgets those that are not. */
  public V computeIfAbsent(K key, Function<? super K, ? extends V> maker) {
    values.values().removeIf(reference -> reference.get() == null);
    WeakReference<V> known = values.get(key);
    V alive = known == null ? null : known.get();
    if (alive != null) {
      return alive;
    }
    V made = maker.apply(key);
    values.put(key, new WeakReference<>(made));
    return made;
  }

  /** Those that are alive, in no order. */
  public List<V> alive() {
    return values.values().stream().map(WeakReference::get).filter(Objects::nonNull).toList();
  }
}
