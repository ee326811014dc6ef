package io.coord.core.internal.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.CoordBuilder;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Connects stores to fake members, and waits for what they answer, with a bound. */
final class ConnectedStore {

  static final RangeRequest READ = RangeRequest.key(Bytes.utf8("key"));
  static final TxnRequest WRITE = TxnRequest.of(Op.put(Bytes.utf8("key"), Bytes.utf8("secret")));

  private static final Duration BOUND = Duration.ofSeconds(20);

  private ConnectedStore() {}

  static CoordBuilder to(FakeMember... members) {
    CoordBuilder builder = Coord.builder().name("test");
    for (FakeMember member : members) {
      builder.endpoints(member.endpoint());
    }
    return builder;
  }

  static Store connect(CoordBuilder builder) {
    return await(connecting(builder));
  }

  static CompletableFuture<Store> connecting(CoordBuilder builder) {
    return GrpcStore.connect(builder.build());
  }

  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no result within " + BOUND, e);
    }
  }

  /** What the future fails with, exactly as it was given. */
  static Throwable failure(CompletableFuture<?> future) {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    CompletableFuture<?> unused =
        future.whenComplete(
            (value, cause) ->
                failure.complete(
                    cause == null ? new AssertionError("succeeded with " + value) : cause));
    Throwable cause = await(failure);
    assertThat(cause).isNotInstanceOf(AssertionError.class);
    return cause;
  }
}
