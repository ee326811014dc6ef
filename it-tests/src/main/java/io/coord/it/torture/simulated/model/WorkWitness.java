package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.internal.store.WatchEvent;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sees every commit in etcd, and checks where the items of a work queue are: each in exactly one
 * place (to be claimed, held by one holder, or dead), nobody takes hold of one who is gone, and
 * there are no more of them than there may be.
 */
final class WorkWitness {

  private enum Place {
    WAITING("item/"),
    HELD("claim/held/"),
    DEAD("dead/");

    private final String path;

    Place(String path) {
      this.path = path;
    }
  }

  private static final String LIVE = "claim/live/";

  private final String prefix;
  private final OptionalInt bound;
  private final Consumer<String> violated;
  private final Map<Place, Set<String>> places = new EnumMap<>(Place.class);
  private final Map<String, Set<String>> holders = new HashMap<>();
  private final Set<String> live = new HashSet<>();

  WorkWitness(String name, OptionalInt bound, Consumer<String> violated) {
    this.prefix = "__coord/work/" + name + "\0";
    this.bound = bound;
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
    Set<String> taken = new HashSet<>();
    for (WatchEvent event : events) {
      boolean put = event.type() == WatchEvent.Type.PUT;
      below(LIVE, event).ifPresent(holder -> set(live, holder, put));
      below(Place.WAITING.path, event).ifPresent(item -> set(in(Place.WAITING), item, put));
      below(Place.DEAD.path, event).ifPresent(item -> set(in(Place.DEAD), item, put));
      Optional<String> held = below(Place.HELD.path, event);
      if (held.isPresent()) {
        String[] parts = held.get().split("/", 2);
        hold(parts[0], parts[1], put);
        if (put) {
          taken.add(parts[1]);
        }
      }
    }
    taken.forEach(this::checkHolder);
    check(Place.WAITING, Place.HELD);
    check(Place.WAITING, Place.DEAD);
    check(Place.HELD, Place.DEAD);
    bound.ifPresent(this::checkBound);
  }

  /** Within a revision one may let go of an item that another takes hold of, in any order. */
  private void hold(String holder, String item, boolean put) {
    Set<String> ofItem = holders.computeIfAbsent(item, unheld -> new HashSet<>());
    set(ofItem, holder, put);
    set(in(Place.HELD), item, !ofItem.isEmpty());
  }

  /** Of an item that somebody has just taken hold of. */
  private void checkHolder(String item) {
    Set<String> all = holders.getOrDefault(item, Set.of());
    if (all.size() > 1) {
      violated.accept(item + " is held by more than one: " + all);
    } else if (!live.containsAll(all)) {
      violated.accept(item + " is held by " + all + ", who is gone");
    }
  }

  private void checkBound(int most) {
    if (notDead() > most) {
      violated.accept(notDead() + " items are in a queue that is to have " + most);
    }
  }

  private Optional<String> below(String path, WatchEvent event) {
    Bytes key = event.kv().key();
    String whole = prefix + path;
    return key.startsWith(Bytes.utf8(whole))
        ? Optional.of(key.utf8().substring(whole.length()))
        : Optional.empty();
  }

  private static void set(Set<String> all, String one, boolean in) {
    if (in) {
      all.add(one);
    } else {
      all.remove(one);
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
