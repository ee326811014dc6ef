package io.coord.cli.shell;

import java.util.ArrayList;
import java.util.List;

/** Takes a line apart at its spaces, but for those between quotes. */
final class Words {

  private final List<String> found = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;

  private Words() {}

  /**
   * Gives the words of a line.
   *
   * @throws IllegalArgumentException when a quote is not closed
   */
  static List<String> of(String line) {
    Words words = new Words();
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (c == '"' || c == '\'') {
        at = words.quoted(line, at);
      } else if (Character.isWhitespace(c)) {
        words.end();
        at++;
      } else {
        words.add(c);
        at++;
      }
    }
    words.end();
    return words.found;
  }

  /** Adds what is between the quote at this place and the next one; gives the place behind. */
  private int quoted(String line, int open) {
    char quote = line.charAt(open);
    int close = line.indexOf(quote, open + 1);
    if (close < 0) {
      throw new IllegalArgumentException(
          "the quote " + quote + " at character " + (open + 1) + " is not closed");
    }
    inWord = true;
    word.append(line, open + 1, close);
    return close + 1;
  }

  private void add(char c) {
    inWord = true;
    word.append(c);
  }

  private void end() {
    if (inWord) {
      found.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }
}
