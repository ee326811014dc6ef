package io.coord.election.internal;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.FencingToken;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeRequest.Order;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.election.Leader;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads who leads.
 *
 * @param <T> the type of the values
 */
public final class LeaderReader<T> {

  private final Store store;
  private final Bytes prefix;
  private final Codec<T> codec;

  /** Reads through this store. */
  public LeaderReader(Store store, Bytes prefix, Codec<T> codec) {
    this.store = store;
    this.prefix = prefix;
    this.codec = codec;
  }

  /** The future completes on the store's thread. */
  public CompletableFuture<Optional<Leader<T>>> read() {
    CompletableFuture<Optional<Leader<T>>> leader = new CompletableFuture<>();
    read(inOrder().limit(1), leader);
    return leader;
  }

  /** The oldest key may be part of something below: then all are read. */
  private void read(RangeRequest request, CompletableFuture<Optional<Leader<T>>> leader) {
    Futures.onDone(
        store.range(request),
        found -> {
          Optional<KeyValue> first = firstCandidate(found);
          if (first.isEmpty() && found.more()) {
            read(inOrder(), leader);
          } else {
            conclude(first, leader);
          }
        },
        leader::completeExceptionally);
  }

  private void conclude(Optional<KeyValue> first, CompletableFuture<Optional<Leader<T>>> leader) {
    try {
      leader.complete(first.map(kv -> leader(kv, codec)));
    } catch (Throwable undecodable) {
      leader.completeExceptionally(undecodable);
    }
  }

  private RangeRequest inOrder() {
    return RangeRequest.prefix(prefix).orderedBy(Order.CREATE_REVISION);
  }

  private Optional<KeyValue> firstCandidate(RangeResult found) {
    return found.kvs().stream()
        .filter(kv -> Admission.FIRST.counts(kv.key(), prefix.length()))
        .findFirst();
  }

  static <T> Leader<T> leader(KeyValue kv, Codec<T> codec) {
    return new Leader<>(
        codec.decode(kv.value()),
        kv.key().utf8(),
        new FencingToken(kv.createRevision()),
        kv.modRevision(),
        kv.lease());
  }
}
