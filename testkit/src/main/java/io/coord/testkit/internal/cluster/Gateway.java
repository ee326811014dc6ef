package io.coord.testkit.internal.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * A member's JSON gateway.
 *
 * <p>It is plain HTTP, so that the fixture does not share a transport with what is tested on it.
 */
final class Gateway {

  private static final int OK = 200;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .proxy(HttpClient.Builder.NO_PROXY)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final URI base;

  Gateway(URI base) {
    this.base = base;
  }

  /** Calls a method. */
  GatewayReply post(String path, String body, Optional<String> token, Duration limit)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(limit)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    token.ifPresent(value -> request.header("Authorization", value));
    return send(request.build());
  }

  /** Reads a page. */
  GatewayReply get(String path, Duration limit) throws IOException {
    return send(HttpRequest.newBuilder(base.resolve(path)).timeout(limit).GET().build());
  }

  private GatewayReply send(HttpRequest request) throws IOException {
    HttpResponse<String> response;
    try {
      response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + request.uri() + " was called", e);
    }
    if (response.statusCode() != OK) {
      throw new GatewayException(request.uri().getPath(), response.statusCode(), response.body());
    }
    return new GatewayReply(response.body());
  }

  @Override
  public String toString() {
    return base.toString();
  }
}
