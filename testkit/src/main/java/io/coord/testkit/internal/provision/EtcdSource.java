package io.coord.testkit.internal.provision;

import java.io.IOException;
import java.nio.file.Path;

/** Where an etcd comes from when none is on the machine. */
public interface EtcdSource {

  /**
   * Fetches etcd and etcdctl.
   *
   * @return the folder that holds both
   * @throws IOException when this source has none for this machine; the message says why
   */
  Path fetch() throws IOException;
}
