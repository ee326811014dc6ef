package io.coord.cli;

import io.coord.core.Coord;
import io.coord.core.CoordBuilder;
import io.coord.core.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a command reaches etcd; the same options for every command that does. */
final class ConnectionOptions {

  private static final String ENDPOINTS_VARIABLE = "COORD_ENDPOINTS";
  private static final String PASSWORD_VARIABLE = "COORD_PASSWORD";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"-e", "--endpoints"},
      paramLabel = "URLS",
      description = {
        "The cluster's members, separated by commas, such as http://127.0.0.1:2379.",
        "Without it: the variable " + ENDPOINTS_VARIABLE + "."
      })
  private Optional<String> endpoints = Optional.empty();

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = {
        "The user of etcd's authentication. The password is read from --password-file, else from"
            + " the variable "
            + PASSWORD_VARIABLE
            + "."
      })
  private Optional<String> user = Optional.empty();

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "A file whose first line is the user's password.")
  private Optional<Path> passwordFile = Optional.empty();

  @Option(
      names = "--cacert",
      paramLabel = "FILE",
      description = "PEM file of the authorities that may vouch for the members.")
  private Optional<Path> cacert = Optional.empty();

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "PEM file of the client's own certificate; needs --key.")
  private Optional<Path> cert = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "PEM file of the certificate's unencrypted PKCS#8 key; needs --cert.")
  private Optional<Path> key = Optional.empty();

  @Option(names = "--namespace", paramLabel = "PREFIX", description = "Put before every key.")
  private Optional<String> namespace = Optional.empty();

  @Option(
      names = "--request-timeout",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      defaultValue = "10s",
      description = "How long connecting, and each request, may take; default ${DEFAULT-VALUE}.")
  private Duration requestTimeout;

  private final Map<String, String> environment;

  ConnectionOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The endpoints that were given, by option or variable. */
  Optional<String> endpoints() {
    return endpoints
        .or(() -> Optional.ofNullable(environment.get(ENDPOINTS_VARIABLE)))
        .filter(given -> !given.isBlank());
  }

  /** Connects to the endpoints that were given; without any it is a usage error. */
  Coord connect(String name) throws InterruptedException {
    String given =
        endpoints()
            .orElseThrow(
                () ->
                    wrong(
                        "no endpoints were given; expected --endpoints URLS, such as"
                            + " --endpoints http://127.0.0.1:2379, or the variable "
                            + ENDPOINTS_VARIABLE));
    return connect(name, List.of(given));
  }

  /** Connects to endpoints; arguments that make no connection are usage errors. */
  Coord connect(String name, List<String> to) throws InterruptedException {
    return builder(name, to).connect();
  }

  /**
   * The options by which another process of this program connects as this one does. Passwords are
   * not among them: they stay in their file or variable.
   */
  List<String> arguments(List<String> to) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--endpoints=" + String.join(",", to));
    arguments.add("--request-timeout=" + requestTimeout.toMillis() + "ms");
    user.ifPresent(given -> arguments.add("--user=" + given));
    passwordFile.ifPresent(file -> arguments.add("--password-file=" + file));
    cacert.ifPresent(file -> arguments.add("--cacert=" + file));
    cert.ifPresent(file -> arguments.add("--cert=" + file));
    key.ifPresent(file -> arguments.add("--key=" + file));
    namespace.ifPresent(prefix -> arguments.add("--namespace=" + prefix));
    return arguments;
  }

  private CoordBuilder builder(String name, List<String> to) {
    if (requestTimeout.isZero()) {
      throw wrong("--request-timeout is 0; expected a positive time, such as 10s");
    }
    try {
      CoordBuilder builder =
          Coord.builder()
              .name(name)
              .endpoints(to.toArray(String[]::new))
              .connectTimeout(requestTimeout)
              .requestTimeout(requestTimeout)
              .tls(tls());
      user.ifPresent(given -> builder.credentials(given, password()));
      namespace.ifPresent(builder::namespace);
      return builder;
    } catch (IllegalArgumentException e) {
      throw wrong(Objects.toString(e.getMessage()));
    }
  }

  private TlsConfig tls() {
    TlsConfig tls = cacert.map(TlsConfig::trusting).orElseGet(TlsConfig::jvmDefault);
    if (cert.isPresent() != key.isPresent()) {
      throw wrong(
          cert.isPresent()
              ? "--cert was given without --key; expected both"
              : "--key was given without --cert; expected both");
    }
    return cert.isPresent() ? tls.withClientCertificate(cert.get(), key.get()) : tls;
  }

  private String password() {
    if (passwordFile.isPresent()) {
      return firstLine(passwordFile.get());
    }
    String variable = environment.get(PASSWORD_VARIABLE);
    if (variable != null) {
      return variable;
    }
    throw wrong(
        "--user was given without a password; expected --password-file FILE or the variable "
            + PASSWORD_VARIABLE);
  }

  private String firstLine(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      if (lines.isEmpty()) {
        throw wrong("the password file " + file + " is empty; expected the password in line 1");
      }
      return lines.get(0);
    } catch (IOException e) {
      throw wrong("the password file " + file + " cannot be read: " + e);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
