package io.coord.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
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
    InputStream in = LifeLine.attach(System.in);
    CommandLine command = commandLine(new Surroundings(System.getenv(), in)).setOut(standardOut());
    System.exit(command.execute(args));
  }

  /**
   * Knows when nobody reads it any more. The one that is made by picocli does not: standard output
   * keeps the failures of writing to itself, and answers only who asks it. Writes UTF-8 where the
   * locale says nothing (it is C then): a value that was popped is gone, and no place for question
   * marks.
   */
  private static PrintWriter standardOut() {
    String onTerminals = System.getProperty("sun.stdout.encoding", Charset.defaultCharset().name());
    Charset charset = Charset.forName(System.getProperty("stdout.encoding", onTerminals));
    boolean isUnset = charset.equals(StandardCharsets.US_ASCII);
    return new PrintWriter(System.out, true, isUnset ? StandardCharsets.UTF_8 : charset);
  }

  /** The command with all its subcommands. */
  public static CommandLine commandLine(Surroundings surroundings) {
    CoordCommand root = new CoordCommand();
    return new CommandLine(root, new Parts(surroundings))
        .registerConverter(int.class, new NumberConverter())
        .registerConverter(Integer.class, new NumberConverter())
        .setParameterExceptionHandler(new UsageErrors())
        .setExecutionExceptionHandler(new Failures(root));
  }

  /** Makes the parts of commands that picocli asks for. */
  private record Parts(Surroundings surroundings) implements IFactory {

    @Override
    public <K> K create(Class<K> part) throws Exception {
      if (part == ConnectionOptions.class) {
        return part.cast(new ConnectionOptions(surroundings.environment()));
      }
      if (part == Input.class) {
        return part.cast(new Input(surroundings.in()));
      }
      return CommandLine.defaultFactory().create(part);
    }
  }
}
