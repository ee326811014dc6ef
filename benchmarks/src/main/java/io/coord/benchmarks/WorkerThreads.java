package io.coord.benchmarks;

import java.lang.reflect.InvocationTargetException;

/** What the workers of a measurement run on. */
public enum WorkerThreads {
  /** A thread of the operating system each. */
  PLATFORM,
  /** Threads of the JVM, which share a few of those, as the goroutines of Go do. */
  VIRTUAL;

  /** The Java that has virtual threads; this is built for one that has not. */
  private static final int FIRST_WITH_VIRTUAL = 21;

  /**
   * Reads its name as it is written on the command line.
   *
   * @throws IllegalArgumentException when there is none of that name; the message is for the user
   */
  public static WorkerThreads of(String name) {
    return switch (name) {
      case "platform" -> PLATFORM;
      case "virtual" -> VIRTUAL;
      default ->
          throw new IllegalArgumentException(
              Flag.THREADS.option() + " is '" + name + "'; expected platform or virtual");
    };
  }

  /**
   * Refuses what this Java does not have.
   *
   * @throws IllegalArgumentException when it has none; the message is for the user
   */
  void requireHere() {
    if (this == VIRTUAL && Runtime.version().feature() < FIRST_WITH_VIRTUAL) {
      throw new IllegalArgumentException(
          Flag.THREADS.option()
              + " is virtual, and this is Java "
              + Runtime.version()
              + "; expected Java "
              + FIRST_WITH_VIRTUAL
              + " or newer, which JAVA_HOME may name");
    }
  }

  /** Lets a task run on a thread of its own, which does not keep the JVM alive. */
  public Thread start(String name, Runnable task) {
    if (this == VIRTUAL) {
      return startVirtual(name, task);
    }
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static Thread startVirtual(String name, Runnable task) {
    try {
      Thread thread =
          (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
      thread.setName(name);
      return thread;
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot start a virtual thread", e);
    }
  }
}
