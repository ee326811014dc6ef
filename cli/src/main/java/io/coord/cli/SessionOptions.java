package io.coord.cli;

import io.coord.core.Coord;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a command's session is like; the same options for every command that opens one. */
final class SessionOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      defaultValue = "10s",
      description = {
        "How long etcd waits for this process, when it no longer hears of it, before the others go"
            + " on; whole seconds; default ${DEFAULT-VALUE}."
      })
  private Duration ttl;

  /** The time to live; one that etcd could not grant is a usage error. */
  Duration ttl() {
    return UsageErrors.check(
        spec,
        () -> {
          Coord.builder().sessionTtl(ttl);
          return ttl;
        });
  }
}
