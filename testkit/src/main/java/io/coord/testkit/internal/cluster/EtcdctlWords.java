package io.coord.testkit.internal.cluster;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The words of an etcdctl command, which show no password when they are rendered.
 *
 * @param words the command and its arguments
 */
public record EtcdctlWords(List<String> words) {

  private static final String HIDDEN = "...";

  /** Renders the command; what may hold a password is left out. */
  @Override
  public String toString() {
    boolean aboutUsers = words.contains("user");
    return words.stream()
        .map(word -> shown(word, aboutUsers))
        .collect(Collectors.joining(" ", "etcdctl ", ""));
  }

  private static String shown(String word, boolean aboutUsers) {
    if (word.startsWith("--user=") || word.startsWith("--password=")) {
      return word.substring(0, word.indexOf('=') + 1) + HIDDEN;
    }
    int colon = word.indexOf(':');
    return aboutUsers && colon > 0 ? word.substring(0, colon + 1) + HIDDEN : word;
  }
}
