package io.coord.testkit.internal.net;

/** Which directions of a link carry bytes; what is not carried waits, as on a cut cable. */
public enum Passage {
  /** Both ways. */
  OPEN,
  /** From the side that opened the connection only: requests arrive, replies do not. */
  REQUESTS_ONLY,
  /** Neither way. Connections stay up, and nothing arrives. */
  CLOSED;

  boolean carriesRequests() {
    return this != CLOSED;
  }

  boolean carriesReplies() {
    return this == OPEN;
  }
}
