package io.coord.testkit.internal.docker;

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

  private static final String OFFICIAL = "quay.io/coreos/etcd:v3.5.16";
  private static final Pattern VERSION = Pattern.compile(":v?(\\d+\\.\\d+[^:/]*)$");

  /** The image that the environment names, else the official one. */
  public static EtcdImage of(Map<String, String> environment) {
    return new EtcdImage(
        Optional.ofNullable(environment.get(VARIABLE))
            .filter(value -> !value.isBlank())
            .orElse(OFFICIAL));
  }

  /** The version as the tag tells it; a tag that tells none is taken for 3.5. */
  String version() {
    Matcher matcher = VERSION.matcher(name);
    return matcher.find() ? matcher.group(1) : "3.5";
  }
}
