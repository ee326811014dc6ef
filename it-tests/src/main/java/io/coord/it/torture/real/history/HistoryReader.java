package io.coord.it.torture.real.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads what clients wrote. The last line of a file may be torn: its client was killed. */
public final class HistoryReader {

  static final String SUFFIX = ".jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  /** Reads in a folder that {@link HistoryWriter} wrote into. */
  public HistoryReader(Path folder) {
    this.folder = folder;
  }

  /** All actors that wrote anything. */
  public List<Actor> actors() {
    try (Stream<Path> files = Files.walk(folder, 2)) {
      return files
          .filter(file -> file.toString().endsWith(SUFFIX))
          .map(HistoryReader::actor)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "there are no histories in " + folder + "; expected a folder that a run wrote", e);
    }
  }

  private static Actor actor(Path file) {
    String name = file.getFileName().toString();
    String client = file.getName(file.getNameCount() - 2).toString();
    return new Actor(client, name.substring(0, name.length() - SUFFIX.length()));
  }

  /** What all actors did with one primitive; in order for each of them. */
  public List<Operation> of(String primitive) {
    return actors().stream()
        .filter(actor -> actor.primitive().equals(primitive))
        .flatMap(actor -> read(actor).stream())
        .toList();
  }

  /** What one actor did, in order. */
  public List<Operation> read(Actor actor) {
    Map<Long, Draft> drafts = new TreeMap<>();
    Path file = folder.resolve(actor.client()).resolve(actor.worker() + SUFFIX);
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      for (JsonNode line : parsed(lines.toList(), file)) {
        Draft draft =
            drafts.computeIfAbsent(line.path("op").longValue(), number -> new Draft(number));
        draft.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the history " + file + " cannot be read", e);
    }
    return bounded(actor, List.copyOf(drafts.values()));
  }

  private static List<JsonNode> parsed(List<String> lines, Path file) throws IOException {
    List<JsonNode> parsed = new ArrayList<>(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      try {
        parsed.add(JSON.readTree(lines.get(i)));
      } catch (JsonProcessingException e) {
        if (i < lines.size() - 1) {
          throw new IOException("line " + (i + 1) + " of " + file + " is not JSON", e);
        }
      }
    }
    return parsed;
  }

  /** Adds the bounds by revisions: from below on the way forth, from above on the way back. */
  private static List<Operation> bounded(Actor actor, List<Draft> drafts) {
    long[] before = new long[drafts.size()];
    long next = Long.MAX_VALUE;
    for (int i = drafts.size() - 1; i >= 0; i--) {
      next = drafts.get(i).revision().orElse(next);
      before[i] = next;
    }
    List<Operation> operations = new ArrayList<>(drafts.size());
    long known = 0;
    for (int i = 0; i < before.length; i++) {
      Draft draft = drafts.get(i);
      operations.add(draft.finish(actor, draft.revision().orElse(known), before[i]));
      known = draft.revision().orElse(known);
    }
    return operations;
  }

  /** What has been read of an operation so far. */
  private static final class Draft {

    private final long number;
    private String action = "";
    private JsonNode with = JSON.createObjectNode();
    private Outcome outcome = Outcome.OPEN;
    private JsonNode got = JSON.createObjectNode();
    private long began;
    private OptionalLong ended = OptionalLong.empty();

    Draft(long number) {
      this.number = number;
    }

    void add(JsonNode line) {
      if (line.has("begin")) {
        action = line.path("begin").textValue();
        with = line.path("with");
        began = line.path("at").longValue();
      } else {
        outcome = Outcome.valueOf(line.path("end").textValue());
        got = line.path("got");
        ended = OptionalLong.of(line.path("at").longValue());
      }
    }

    OptionalLong revision() {
      JsonNode revision = got.path(Operation.REVISION);
      return outcome == Outcome.OK && revision.isIntegralNumber()
          ? OptionalLong.of(revision.longValue())
          : OptionalLong.empty();
    }

    Operation finish(Actor actor, long after, long before) {
      return new Operation(actor, number, action, with, outcome, got, began, ended, after, before);
    }
  }
}
