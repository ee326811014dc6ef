package io.coord.testkit;

import io.coord.testkit.internal.provision.DebianPackages;
import io.coord.testkit.internal.provision.EtcdCache;
import io.coord.testkit.internal.provision.EtcdLocator;
import io.coord.testkit.internal.provision.EtcdVersion;
import java.util.Optional;

/** Finds an etcd on this machine. */
public final class EtcdBinaries {

  private EtcdBinaries() {}

  /**
   * Finds an etcd, or fetches one.
   *
   * <p>Looked for in this order: {@code etcd} on the {@code PATH}; the cache folder, which is
   * {@code $COORD_CACHE}, else {@code $XDG_CACHE_HOME/coord}, else {@code ~/.cache/coord}, in
   * {@code etcd/<version>}; the Debian or Ubuntu package source that the machine already uses,
   * whose packages are unpacked into the cache folder. Root is never needed, and nothing outside of
   * the cache folder is changed.
   *
   * <p>The system property {@code coord.etcd.version}, else the environment variable {@code
   * COORD_ETCD_VERSION}, asks for a version: a series such as {@code 3.4}, or one release. Any
   * other is then passed over, and the cache is in {@code etcd-<asked>/<version>}.
   *
   * <p>Blocks while it fetches, which takes from seconds to a few minutes. When the thread is
   * interrupted meanwhile, the fetching ends, the flag stays set, and the search has failed.
   *
   * @return the etcd that was found
   * @throws EtcdNotFoundException when none was found; the message says what was tried and what to
   *     install
   */
  public static EtcdBinary find() {
    Optional<EtcdVersion> asked = EtcdVersion.asked();
    EtcdCache cache = EtcdCache.of(System.getenv(), asked);
    return new EtcdLocator(System.getenv(), cache, new DebianPackages(cache, asked), asked).find();
  }
}
