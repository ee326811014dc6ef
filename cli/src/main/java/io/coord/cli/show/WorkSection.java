package io.coord.cli.show;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coord.core.Bytes;
import io.coord.queues.DeadLetter;
import io.coord.queues.OldestItem;
import io.coord.queues.OpenClaim;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueueView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A work queue.
 *
 * @param now the moment at which it is shown
 */
record WorkSection(
    WorkCounts counts,
    Optional<OldestItem> oldest,
    List<OpenClaim<Bytes>> claims,
    List<DeadLetter<Bytes>> dead,
    Instant now)
    implements Section {

  private static final int WIDEST_VALUE = 60;
  private static final List<String> CLAIM =
      List.of("CLAIMED BY", "FOR", "ATTEMPT", "PRIORITY", "VALUE", "KEY");
  private static final List<String> DEAD =
      List.of("DEAD", "ATTEMPTS", "PRIORITY", "VALUE", "REASON");

  /** Reads one; empty when there is nothing in it. */
  static Optional<WorkSection> read(WorkQueueView<Bytes> queue, Instant now)
      throws InterruptedException {
    WorkCounts counts = queue.counts();
    if (counts.waiting() + counts.held() + counts.dead() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new WorkSection(counts, queue.oldest(), queue.claims(), queue.deadLetters(), now));
  }

  @Override
  public List<String> lines(String name) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "%s: work queue, depth %d%s; %d claimed, %d delayed, %d dead",
            name,
            counts.waiting(),
            new OldestText(oldest, now).text(),
            claims.size(),
            delayed(),
            dead.size()));
    if (!claims.isEmpty()) {
      lines.addAll(Table.lines(CLAIM, claims.stream().map(this::row)));
    }
    if (!dead.isEmpty()) {
      lines.addAll(Table.lines(DEAD, dead.stream().map(WorkSection::row)));
    }
    return lines;
  }

  private long delayed() {
    return Math.max(0, counts.held() - claims.size());
  }

  private List<String> row(OpenClaim<Bytes> claim) {
    return List.of(
        claim.claimant(),
        claim.since().map(since -> Ages.text(since, now)).orElse("gone"),
        Integer.toString(claim.attempt()),
        Integer.toString(claim.priority()),
        shortened(claim.value()),
        claim.key().replace('\0', ' '));
  }

  private static List<String> row(DeadLetter<Bytes> letter) {
    return List.of(
        letter.id(),
        Integer.toString(letter.attempts()),
        Integer.toString(letter.priority()),
        shortened(letter.value()),
        letter.reason());
  }

  private static String shortened(Bytes value) {
    String text = ValueText.of(value);
    return text.length() <= WIDEST_VALUE ? text : text.substring(0, WIDEST_VALUE) + "...";
  }

  @Override
  public void addTo(ObjectNode all) {
    ObjectNode queue = all.putObject("work_queue");
    queue.put("depth", counts.waiting());
    new OldestText(oldest, now).addTo(queue);
    queue.put("delayed", delayed());
    ArrayNode open = queue.putArray("claims");
    claims.forEach(claim -> fill(open.addObject(), claim));
    ArrayNode letters = queue.putArray("dead");
    dead.forEach(letter -> fill(letters.addObject(), letter));
  }

  private static void fill(ObjectNode object, OpenClaim<Bytes> claim) {
    object.put("key", claim.key());
    object.put("client", claim.claimant());
    object.put("since", claim.since().map(Object::toString).orElse(null));
    object.put("attempt", claim.attempt());
    object.put("priority", claim.priority());
    object.put("value", ValueText.of(claim.value()));
  }

  private static void fill(ObjectNode object, DeadLetter<Bytes> letter) {
    object.put("id", letter.id());
    object.put("attempts", letter.attempts());
    object.put("reason", letter.reason());
    object.put("priority", letter.priority());
    object.put("value", ValueText.of(letter.value()));
  }
}
