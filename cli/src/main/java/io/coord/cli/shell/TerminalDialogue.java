package io.coord.cli.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Optional;
import org.jline.reader.Completer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.ArgumentCompleter;
import org.jline.reader.impl.completer.NullCompleter;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Somebody at a terminal. What happens meanwhile is shown above the line that is being typed. */
final class TerminalDialogue implements Dialogue {

  private final InputThread input = new InputThread();
  private final Terminal terminal;
  private final LineReader reader;
  private volatile Completer completer = NullCompleter.INSTANCE;

  private TerminalDialogue(Terminal terminal) {
    this.terminal = terminal;
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("coord")
            .completer((at, line, found) -> completer.complete(at, line, found))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
  }

  static TerminalDialogue open() {
    try {
      return new TerminalDialogue(
          TerminalBuilder.builder().name("coord").system(true).dumb(false).build());
    } catch (IOException e) {
      throw new UncheckedIOException("the terminal cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<String> read() throws InterruptedException {
    return input.read(this::readLine);
  }

  /** Ctrl-C and Ctrl-D both mean that there is no more. */
  private Optional<String> readLine() {
    try {
      return Optional.of(reader.readLine("> "));
    } catch (EndOfFileException | UserInterruptException ended) {
      return Optional.empty();
    }
  }

  @Override
  public void say(String line) {
    reader.printAbove(line);
  }

  @Override
  public void offer(Collection<String> words) {
    completer = new ArgumentCompleter(new StringsCompleter(words), NullCompleter.INSTANCE);
  }

  /** Gives the terminal back as it was. */
  @Override
  public void close() {
    input.close();
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the terminal cannot be given back: " + e.getMessage(), e);
    }
  }
}
