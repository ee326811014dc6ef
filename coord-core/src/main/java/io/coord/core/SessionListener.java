package io.coord.core;

/** Hears of the changes of a session's state. */
@FunctionalInterface
public interface SessionListener {

  /**
   * The session's state has changed. Called on the connection's callback executor, one change at a
   * time and in order; an exception is logged and otherwise ignored.
   *
   * @param session the session
   * @param state its new state
   */
  void stateChanged(Session session, SessionState state);
}
