package io.coord.testkit;

/** What runs the members of a cluster. */
public enum EtcdBackend {
  /** Containers, by way of Testcontainers. */
  DOCKER,
  /** Processes of this machine. */
  PROCESS
}
