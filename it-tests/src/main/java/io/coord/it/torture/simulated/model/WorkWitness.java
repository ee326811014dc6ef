package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.internal.store.WatchEvent;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sees every commit in etcd, and checks where the items of a work queue are: each in exactly one
 * place (to be claimed, held, or dead), and who holds one has it held.
 */
final class WorkWitness {

  private enum Place {
    WAITING("item/"),
    HELD("claim/held/"),
    LIVE("claim/live/"),
    DEAD("dead/");

    private final String path;

    Place(String path) {
      this.path = path;
    }
  }

  private final String prefix;
  private final Consumer<String> violated;
  private final Map<Place, Set<String>> places = new EnumMap<>(Place.class);

  WorkWitness(String name, Consumer<String> violated) {
    this.prefix = "__coord/work/" + name + "\0";
    this.violated = violated;
  }

  private Set<String> in(Place place) {
    return places.computeIfAbsent(place, absent -> new HashSet<>());
  }

  int dead() {
    return in(Place.DEAD).size();
  }

  int notDead() {
    return in(Place.WAITING).size() + in(Place.HELD).size();
  }

  /** The changes of one revision. */
  void committed(List<WatchEvent> events) {
    for (WatchEvent event : events) {
      Bytes key = event.kv().key();
      for (Place place : Place.values()) {
        String path = prefix + place.path;
        if (key.startsWith(Bytes.utf8(path))) {
          String item = key.utf8().substring(path.length());
          if (event.type() == WatchEvent.Type.PUT) {
            in(place).add(item);
          } else {
            in(place).remove(item);
          }
        }
      }
    }
    check(Place.WAITING, Place.HELD);
    check(Place.WAITING, Place.DEAD);
    check(Place.HELD, Place.DEAD);
    for (String item : in(Place.LIVE)) {
      if (!in(Place.HELD).contains(item)) {
        violated.accept(item + " is claimed, but not held");
      }
    }
  }

  private void check(Place one, Place another) {
    for (String item : in(one)) {
      if (in(another).contains(item)) {
        violated.accept(item + " is " + one + " and " + another);
      }
    }
  }
}
