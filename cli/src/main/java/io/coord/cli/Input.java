package io.coord.cli;

import io.coord.cli.shell.ByteLines;
import io.coord.cli.shell.Dialogue;
import java.io.InputStream;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** What a command reads besides its arguments; for every command that does. */
@Command
final class Input {

  private final InputStream in;

  Input(InputStream in) {
    this.in = in;
  }

  /** A dialogue with whoever is there. */
  Dialogue dialogue(PrintWriter out) {
    return Terminal.dialogue(in, out);
  }

  /** Lines as they come, however somebody types them: nothing is asked for. */
  ByteLines lines() {
    return new ByteLines(in);
  }
}
