package io.coord.testkit.internal.docker;

import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.internal.provision.EtcdVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The image of the members.
 *
 * @param name with its tag
 */
public record EtcdImage(String name) {

  /** The environment variable that names another image. */
  public static final String VARIABLE = "COORD_ETCD_IMAGE";

  private static final String OFFICIAL = "quay.io/coreos/etcd:v";
  private static final String USUAL = "3.5.16";
  private static final List<String> RELEASES = List.of("3.4.34", USUAL);
  private static final Pattern VERSION = Pattern.compile(":v?(\\d+\\.\\d+[^:/]*)$");

  /**
   * The image that the environment names, else the official one of the version that is asked for.
   *
   * @throws EtcdClusterException when the image that is named is of another version, or none is
   *     known
   */
  public static EtcdImage of(Map<String, String> environment, Optional<EtcdVersion> asked) {
    Optional<EtcdImage> named =
        Optional.ofNullable(environment.get(VARIABLE))
            .filter(value -> !value.isBlank())
            .map(EtcdImage::new);
    if (named.isPresent() && asked.isPresent() && !asked.get().covers(named.get().version())) {
      throw new EtcdClusterException(
          "%s names %s, but version %s of etcd is asked for by %s or %s; leave one out"
              .formatted(
                  VARIABLE,
                  named.get().name,
                  asked.get(),
                  EtcdVersion.PROPERTY,
                  EtcdVersion.VARIABLE));
    }
    return named.orElseGet(() -> new EtcdImage(OFFICIAL + release(asked)));
  }

  private static String release(Optional<EtcdVersion> asked) {
    if (asked.isEmpty()) {
      return USUAL;
    }
    EtcdVersion version = asked.get();
    if (version.isRelease()) {
      return version.name();
    }
    return RELEASES.stream()
        .filter(version::covers)
        .findFirst()
        .orElseThrow(
            () ->
                new EtcdClusterException(
                    "no image of etcd %s is known; name a release, or an image by %s"
                        .formatted(version, VARIABLE)));
  }

  /** The version as the tag tells it; a tag that tells none is taken for 3.5. */
  String version() {
    Matcher matcher = VERSION.matcher(name);
    return matcher.find() ? matcher.group(1) : "3.5";
  }
}
