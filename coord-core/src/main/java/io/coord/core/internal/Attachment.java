package io.coord.core.internal;

/** What a module keeps for as long as a connection is open. */
public interface Attachment {

  /**
   * The connection is closing: its sessions are closed, its store is about to be. Must not block or
   * throw. What is under way may still call.
   */
  void close();
}
