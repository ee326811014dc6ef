package io.coord.core.internal.grpc;

import io.coord.core.AuthenticationException;
import io.coord.core.PermissionDeniedException;
import io.coord.core.RefusedException;

/**
 * Why etcd refused or ended a watch, other than by compaction. A watch response has no status code,
 * only a text.
 */
enum WatchRefusal {
  /** The stream was opened with a token that etcd no longer takes, or with none. */
  TOKEN,
  /** The user may not read the range. */
  PERMISSION,
  /** etcd is closing the stream; it says so by calling the range empty. */
  STREAM_CLOSING,
  /** A reason that etcd is not known to give. */
  UNKNOWN;

  static WatchRefusal of(String reason) {
    if (reason.contains("invalid auth token")
        || reason.contains("revision of auth store is old")
        || reason.contains("user name is empty")) {
      return TOKEN;
    }
    if (reason.contains("permission denied")) {
      return PERMISSION;
    }
    return reason.contains("watcher range is empty") ? STREAM_CLOSING : UNKNOWN;
  }

  /** What the watch's listener is told when the refusal is final. */
  RefusedException toException(String watch, String reason) {
    String message = watch + " was refused by etcd: " + reason;
    return switch (this) {
      case TOKEN -> new AuthenticationException(message, null);
      case PERMISSION -> new PermissionDeniedException(message, null);
      case STREAM_CLOSING, UNKNOWN -> new RefusedException(message, null);
    };
  }
}
