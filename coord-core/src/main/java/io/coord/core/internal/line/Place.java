package io.coord.core.internal.line;

import io.coord.core.Bytes;
import io.coord.core.internal.store.TxnRequest;
import java.util.Optional;

/**
 * What a ticket is to have in etcd.
 *
 * @param key its key
 * @param companion a second key, which is put and deleted with it unless it is left behind
 * @param value what new keys hold
 * @param name what the session calls new keys; empty for a place that is there already
 * @param resumed the entry that is there already; empty for a place that is to be put
 * @param rider what the transaction that puts the keys carries out besides, under conditions of its
 *     own
 */
record Place(
    Bytes key,
    Optional<Bytes> companion,
    Bytes value,
    Optional<String> name,
    Optional<Entry> resumed,
    Optional<TxnRequest> rider,
    Handover handover) {

  static Place named(String name, Bytes under, Bytes value, Handover handover) {
    Bytes key = under.concat(Bytes.utf8(name));
    return new Place(
        key,
        Optional.empty(),
        value,
        Optional.of(name),
        Optional.empty(),
        Optional.empty(),
        handover);
  }

  static Place resumed(Entry entry) {
    return new Place(
        entry.key(),
        Optional.empty(),
        Bytes.EMPTY,
        Optional.empty(),
        Optional.of(entry),
        Optional.empty(),
        Handover.ONCE_GONE);
  }

  /** With a second key of the same name elsewhere. */
  Place withCompanion(Bytes under) {
    Bytes second = under.concat(Bytes.utf8(name.orElseThrow()));
    return new Place(key, Optional.of(second), value, name, resumed, rider, handover);
  }

  /** With something that the transaction that puts it carries out besides. */
  Place withRider(TxnRequest request) {
    return new Place(key, companion, value, name, resumed, Optional.of(request), handover);
  }
}
