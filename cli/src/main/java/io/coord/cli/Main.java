package io.coord.cli;

import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Where the {@code coord} command begins. */
public final class Main {

  /** gRPC logs past SLF4J. Kept here, as the logging of the JDK forgets what nobody holds. */
  private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

  private Main() {}

  public static void main(String[] args) {
    GRPC_LOG.setLevel(Level.WARNING);
    System.exit(commandLine(System.getenv()).execute(args));
  }

  /**
   * The command with all its subcommands.
   *
   * @param environment where variables such as {@code COORD_ENDPOINTS} are looked up
   */
  public static CommandLine commandLine(Map<String, String> environment) {
    CoordCommand root = new CoordCommand();
    return new CommandLine(root, new Parts(environment))
        .setParameterExceptionHandler(new UsageErrors())
        .setExecutionExceptionHandler(new Failures(root));
  }

  /** Makes the parts of commands that picocli asks for. */
  private record Parts(Map<String, String> environment) implements IFactory {

    @Override
    public <K> K create(Class<K> part) throws Exception {
      return part == ConnectionOptions.class
          ? part.cast(new ConnectionOptions(environment))
          : CommandLine.defaultFactory().create(part);
    }
  }
}
