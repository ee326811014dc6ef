package io.coord.benchmarks.cases;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Puts through jetcd's own client, with its default settings. */
final class JetcdPuts implements Puts {

  private final Client client;
  private final KV kv;
  private final List<ByteSequence> keys;
  private final ByteSequence value = ByteSequence.from(Puts.value());

  JetcdPuts(List<String> endpoints, String prefix) {
    this.client = Client.builder().endpoints(endpoints.toArray(String[]::new)).build();
    this.kv = client.getKVClient();
    this.keys =
        Puts.keys(prefix).stream()
            .map(key -> ByteSequence.from(key, StandardCharsets.UTF_8))
            .toList();
  }

  @Override
  public CompletableFuture<?> put(int key) {
    return kv.put(keys.get(key), value);
  }

  @Override
  public void close() {
    kv.close();
    client.close();
  }
}
