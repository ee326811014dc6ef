package io.coord.core;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a member of the cluster listens for clients.
 *
 * @param scheme {@code http} or {@code https}
 * @param host a host name or an address
 * @param port a TCP port
 */
public record Endpoint(String scheme, String host, int port) {

  private static final Pattern SECRET = Pattern.compile("^(\\s*\\w+://)?.*@", Pattern.DOTALL);

  /** A name with an underscore: {@link URI} knows no such host, containers often have one. */
  private static final Pattern UNDERSCORED = Pattern.compile("(?=.*_)([\\w.-]+)(?::(\\d{1,5}))?");

  private static final int DEFAULT_PORT = 2379;
  private static final String EXPECTED =
      "expected http://HOST:PORT, https://HOST:PORT or HOST:PORT";

  /**
   * Reads an endpoint as it is written on command lines: {@code http://host:port}, {@code
   * https://host:port} or {@code host:port}, which means {@code http}. Without a port it is 2379.
   *
   * @param text the endpoint
   * @return the endpoint
   * @throws IllegalArgumentException when the text is none of these
   */
  public static Endpoint parse(String text) {
    String trimmed = text.strip();
    if (trimmed.isEmpty()) {
      throw new IllegalArgumentException("an endpoint is empty; " + EXPECTED);
    }
    URI uri;
    try {
      uri = new URI(trimmed.contains("://") ? trimmed : "http://" + trimmed);
    } catch (URISyntaxException e) {
      throw malformed(text, e);
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException(
          "endpoint \""
              + shown(text)
              + "\" has the unknown scheme \""
              + scheme
              + "\"; "
              + EXPECTED);
    }
    String path = uri.getRawPath();
    boolean bare =
        uri.getRawQuery() == null
            && uri.getRawFragment() == null
            && uri.getRawUserInfo() == null
            && (path == null || path.isEmpty() || path.equals("/"));
    String host = uri.getHost();
    int port = uri.getPort();
    Matcher underscored = UNDERSCORED.matcher(String.valueOf(uri.getRawAuthority()));
    if (host == null && underscored.matches()) {
      host = underscored.group(1);
      port = underscored.group(2) == null ? port : Integer.parseInt(underscored.group(2));
    }
    if (host == null || !bare || port == 0 || port > 65_535) {
      throw malformed(text, null);
    }
    return new Endpoint(scheme, host, port < 0 ? DEFAULT_PORT : port);
  }

  private static IllegalArgumentException malformed(String text, @Nullable Throwable cause) {
    boolean quotesASecret = cause != null && text.contains("@");
    return new IllegalArgumentException(
        "endpoint \"" + shown(text) + "\" is malformed; " + EXPECTED, quotesASecret ? null : cause);
  }

  /** Without what stands before an @: that may be a user and a password. */
  private static String shown(String text) {
    return SECRET.matcher(text).replaceFirst("$1***@");
  }

  /**
   * Tells whether the connection is encrypted.
   *
   * @return true for {@code https}
   */
  public boolean isSecure() {
    return scheme.equals("https");
  }

  /** Renders the endpoint as {@link #parse} reads it. */
  @Override
  public String toString() {
    return scheme + "://" + host + ":" + port;
  }
}
