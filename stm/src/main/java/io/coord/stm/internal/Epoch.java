package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The time in which a {@link Convoy} builds on one revision: the keys as they were there, as far as
 * somebody has asked for them, and the groups that build on it. When the last group has arrived it
 * is at rest, and for a while remembered. Guarded by the convoy's lock.
 */
final class Epoch {

  private static final int MOST_CELLS = 50_000;
  private static final long MOST_BYTES = 8L << 20;
  private static final long LINGER_NANOS = Duration.ofMillis(20).toNanos();

  /** Who comes seldom gains little by a guess, and others have had the time to make it wrong. */
  private static final long REMEMBERED_NANOS = Duration.ofSeconds(1).toNanos();

  private final long base;
  private final Map<Bytes, Cell> cells = new HashMap<>();

  private final Departures departures = new Departures();
  private long joins;
  private long lastUndone;
  private boolean isOver;
  private boolean isWornOut;
  private long lingersUntil;
  private long restsSince;
  private long bytes;

  Epoch(long base, Map<Bytes, Optional<KeyValue>> values, long now) {
    this.base = base;
    this.lingersUntil = now;
    this.restsSince = now;
    values.forEach(this::learn);
  }

  long base() {
    return base;
  }

  boolean isOver() {
    return isOver;
  }

  boolean isBusy() {
    return !departures.isEmpty();
  }

  /** Whether somebody is about, and another attempt can begin on the base. */
  boolean takesPassengers(long now) {
    return isOfUse() && (isBusy() || now - lingersUntil < 0);
  }

  /** Whether nobody is about, but what the last ones have left is worth a guess. */
  boolean isRemembered(long now) {
    return isOfUse() && !isBusy() && now - restsSince < REMEMBERED_NANOS;
  }

  private boolean isOfUse() {
    isWornOut |= cells.size() > MOST_CELLS || bytes > MOST_BYTES;
    return !isOver && !isWornOut;
  }

  void wearOut() {
    isWornOut = true;
  }

  /** For those who have been here together and will be back in a moment. */
  void linger(long now) {
    lingersUntil = now + LINGER_NANOS;
  }

  /** How many have joined, or were undone: what an attempt that begins now sees the effects of. */
  long joins() {
    return joins;
  }

  /** Whether a cell may be of a later moment: it was written after it, or maybe restored. */
  boolean isNewer(Cell cell, long moment) {
    return cell.since() > moment || lastUndone > moment;
  }

  Optional<Cell> cell(Bytes key) {
    return Optional.ofNullable(cells.get(key));
  }

  /** Notes how etcd had a key at the base, unless somebody else did so or has written it since. */
  void learn(Bytes key, Optional<KeyValue> value) {
    if (!cells.containsKey(key)) {
      put(key, Cell.atBase(value));
    }
  }

  private void put(Bytes key, Cell cell) {
    Cell before = cells.put(key, cell);
    bytes += cell.bytes() - (before == null ? -key.length() : before.bytes());
  }

  /** Whether nobody has written what was read since it was read. */
  boolean isCurrent(Map<Bytes, Cell> read) {
    return read.entrySet().stream().allMatch(e -> e.getValue().equals(cells.get(e.getKey())));
  }

  /** Adds a transaction behind all others; what it has read must be current. */
  void add(Map<Bytes, Cell> read, Map<Bytes, Op> writes, Member member) {
    Map<Bytes, Cell> before = new HashMap<>(read);
    writes.keySet().forEach(key -> cell(key).ifPresent(cell -> before.put(key, cell)));
    joins++;
    Group group = departures.add(Joiner.of(joins, member, before, writes));
    for (Op write : writes.values()) {
      write(write, group);
    }
  }

  private void write(Op write, Group group) {
    if (write instanceof Op.Put put) {
      KeyValue value = new KeyValue(put.key(), put.value(), 0, 0, 0, 0);
      put(put.key(), new Cell(Optional.of(value), joins, Optional.of(group)));
    } else if (write instanceof Op.Delete delete) {
      put(delete.range().start(), new Cell(Optional.empty(), joins, Optional.of(group)));
    }
  }

  /** The groups that are to be sent now. */
  List<Group> depart() {
    return departures.depart(this::undo);
  }

  /** Nobody who joined later has read or overwritten what this one has written. */
  private void undo(Joiner joiner) {
    joiner
        .writes()
        .keySet()
        .forEach(
            key ->
                Optional.ofNullable(joiner.before().get(key))
                    .ifPresentOrElse(before -> put(key, before), () -> unlearn(key)));
    joins++;
    lastUndone = joins;
  }

  private void unlearn(Bytes key) {
    Optional.ofNullable(cells.remove(key)).ifPresent(cell -> bytes -= key.length() + cell.bytes());
  }

  /** A group took effect. */
  void arrived(Group group, long revision, long now) {
    departures.arrived(group);
    restsSince = now;
    if (group.members().size() > 1) {
      linger(now);
    }
    group.committedAt(revision);
  }

  /** Nothing more builds on this base. Gives those whose groups have not been sent. */
  List<Member> end() {
    isOver = true;
    return departures.giveUp();
  }
}
