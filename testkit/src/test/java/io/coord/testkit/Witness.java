package io.coord.testkit;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** Looks at a member as a client does: by its endpoint, with plain HTTP. */
final class Witness {

  private static final Duration SILENCE = Duration.ofMillis(1500);

  /** What a client meets at an endpoint. */
  enum Sight {
    /** Answers a read that needs a majority. */
    HEALTHY,
    /** Answers that it cannot do such a read. */
    UNHEALTHY,
    /** Accepts the connection, and answers nothing. */
    SILENT,
    /** Nobody listens. */
    REFUSED,
    /** The connection breaks. */
    BROKEN
  }

  private Witness() {}

  static Sight look(EtcdMember member) {
    URI endpoint = URI.create(member.endpoint());
    try (Socket probe = new Socket(endpoint.getHost(), endpoint.getPort())) {
      return probe.isConnected() ? ask(endpoint) : Sight.BROKEN;
    } catch (ConnectException e) {
      return Sight.REFUSED;
    } catch (IOException e) {
      return Sight.BROKEN;
    }
  }

  private static Sight ask(URI endpoint) {
    // A client of its own, so that no connection is used again.
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.resolve("/health")).timeout(SILENCE).build();
    try {
      String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return body.contains("\"health\":\"true\"") ? Sight.HEALTHY : Sight.UNHEALTHY;
    } catch (HttpTimeoutException e) {
      return Sight.SILENT;
    } catch (IOException e) {
      return Sight.BROKEN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
