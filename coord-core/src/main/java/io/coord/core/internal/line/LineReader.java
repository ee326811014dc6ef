package io.coord.core.internal.line;

import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.LeaseStatus;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Reads who stands in a line, for people to see. Decides nothing. */
public final class LineReader {

  private final Store store;

  /** Reads through this store. */
  public LineReader(Store store) {
    this.store = store;
  }

  /**
   * Gives all who stand in a line, in order: one read, and one for each lease that it finds.
   *
   * @param prefix what all keys of the line begin with
   * @param admission says which keys count
   */
  public CompletableFuture<List<Contender>> read(Bytes prefix, Admission admission) {
    CompletableFuture<List<Contender>> contenders = new CompletableFuture<>();
    Futures.onDone(
        store.range(RangeRequest.prefix(prefix)),
        content -> addLeases(inOrder(content, prefix, admission), contenders),
        contenders::completeExceptionally);
    return contenders;
  }

  private static List<KeyValue> inOrder(RangeResult content, Bytes prefix, Admission admission) {
    return content.kvs().stream()
        .filter(kv -> admission.counts(kv.key(), prefix.length()))
        .sorted(Comparator.comparing(kv -> new Entry(kv.key(), kv.createRevision())))
        .toList();
  }

  private void addLeases(List<KeyValue> kvs, CompletableFuture<List<Contender>> contenders) {
    Map<Long, LeaseStatus> leases = new ConcurrentHashMap<>();
    CompletableFuture<?>[] reads =
        kvs.stream()
            .map(KeyValue::lease)
            .filter(lease -> lease != 0)
            .distinct()
            .map(lease -> store.leaseStatus(lease).thenAccept(found -> leases.put(lease, found)))
            .toArray(CompletableFuture<?>[]::new);
    Futures.onDone(
        CompletableFuture.allOf(reads),
        done -> contenders.complete(kvs.stream().map(kv -> contender(kv, leases)).toList()),
        contenders::completeExceptionally);
  }

  private static Contender contender(KeyValue kv, Map<Long, LeaseStatus> leases) {
    Optional<Signature> signature = Signature.parse(kv.value());
    return new Contender(
        kv.key().utf8(),
        kv.value(),
        kv.createRevision(),
        kv.lease(),
        Optional.ofNullable(leases.get(kv.lease()))
            .filter(LeaseStatus::exists)
            .map(status -> Duration.ofSeconds(status.remainingSeconds())),
        signature.map(Signature::since),
        signature.map(Signature::client));
  }
}
