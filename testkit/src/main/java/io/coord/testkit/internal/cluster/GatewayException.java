package io.coord.testkit.internal.cluster;

import java.io.IOException;

/** etcd answered a call with an error. */
final class GatewayException extends IOException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String body;

  GatewayException(String path, int status, String body) {
    super(path + " was answered with HTTP " + status + ": " + body.strip());
    this.status = status;
    this.body = body;
  }

  /** Tells whether the same call may succeed a moment later, or at another member. */
  boolean isTransient() {
    return status == 503 || status == 504;
  }

  /** Tells whether the call lacked a valid token. */
  boolean isUnauthenticated() {
    return status == 401 || says("invalid auth token");
  }

  /** Tells whether etcd's own message contains these words. */
  boolean says(String words) {
    return body.contains(words);
  }
}
