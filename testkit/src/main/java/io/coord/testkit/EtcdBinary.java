package io.coord.testkit;

import java.nio.file.Path;
import java.util.Optional;

/**
 * An etcd that runs on this machine.
 *
 * @param etcd the server's executable
 * @param etcdctl the command line client's executable, where there is one beside the server
 * @param version the server's version as it reports it, such as {@code 3.5.16}
 * @param origin where it was found: {@code PATH}, {@code cache} or {@code package source}
 */
public record EtcdBinary(Path etcd, Optional<Path> etcdctl, String version, String origin) {

  /** Renders version, path and origin for messages. */
  @Override
  public String toString() {
    return "etcd " + version + " at " + etcd + " (" + origin + ")";
  }
}
