package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchException;
import io.coord.core.Coord;
import io.coord.core.CoordConfig;
import io.coord.core.Credentials;
import io.coord.core.Endpoint;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
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

  /** Connects as the other client does. */
  JetcdPuts(Coord coord, String prefix) {
    CoordConfig config = coord.config();
    this.client = connect(config);
    this.kv = client.getKVClient();
    String namespace = config.namespace().utf8();
    this.keys =
        Puts.keys(namespace + prefix).stream()
            .map(key -> ByteSequence.from(key, StandardCharsets.UTF_8))
            .toList();
  }

  private static Client connect(CoordConfig config) {
    if (config.endpoints().stream().anyMatch(Endpoint::isSecure)) {
      throw new BenchException(
          "jetcd's client is measured without TLS only; expected http endpoints, got "
              + config.endpoints());
    }
    ClientBuilder builder =
        Client.builder()
            .endpoints(config.endpoints().stream().map(Endpoint::toString).toArray(String[]::new));
    if (config.credentials().isPresent()) {
      Credentials credentials = config.credentials().get();
      builder
          .user(ByteSequence.from(credentials.user(), StandardCharsets.UTF_8))
          .password(ByteSequence.from(credentials.password(), StandardCharsets.UTF_8));
    }
    return builder.build();
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
