package io.coord.testkit.internal.provision;

import io.coord.testkit.EtcdClusterException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The version that a run asks for: a series such as {@code 3.4}, or one release such as {@code
 * 3.4.23}.
 *
 * @param name as it was asked for
 */
public record EtcdVersion(String name) {

  /** The system property that asks for a version; it goes before the environment. */
  public static final String PROPERTY = "coord.etcd.version";

  /** The environment variable that asks for a version. */
  public static final String VARIABLE = "COORD_ETCD_VERSION";

  private static final Pattern SERIES = Pattern.compile("\\d+\\.\\d+");
  private static final Pattern RELEASE = Pattern.compile("\\d+\\.\\d+\\.\\d+");

  /** Refuses what is no version. */
  public EtcdVersion {
    if (!SERIES.matcher(name).matches() && !RELEASE.matcher(name).matches()) {
      throw new EtcdClusterException(
          "the version of etcd that %s or %s asks for is \"%s\"; expected a series such as 3.4, or a release such as 3.4.23"
              .formatted(PROPERTY, VARIABLE, name));
    }
  }

  /** The version that this run asks for, if it does. */
  public static Optional<EtcdVersion> asked() {
    return asked(Optional.ofNullable(System.getProperty(PROPERTY)), System.getenv());
  }

  static Optional<EtcdVersion> asked(Optional<String> property, Map<String, String> environment) {
    return property
        .filter(value -> !value.isBlank())
        .or(() -> Optional.ofNullable(environment.get(VARIABLE)))
        .map(String::strip)
        .filter(value -> !value.isEmpty())
        .map(EtcdVersion::new);
  }

  /** Whether a release is this one, or one of this series. */
  public boolean covers(String release) {
    return release.equals(name) || release.startsWith(name + ".");
  }

  /** Whether this names one release. */
  public boolean isRelease() {
    return RELEASE.matcher(name).matches();
  }

  @Override
  public String toString() {
    return name;
  }
}
