package io.coord.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** Writes to one endpoint over the JSON gateway, as a client that knows only that endpoint. */
final class Writes {

  private static final Duration LIMIT = Duration.ofSeconds(3);

  private Writes() {}

  /** Puts a key; gives false when no answer came. */
  static boolean put(String endpoint, String key, String value) {
    String body = "{\"key\":\"%s\",\"value\":\"%s\"}".formatted(encoded(key), encoded(value));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint + "/v3/kv/put"))
            .timeout(LIMIT)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
