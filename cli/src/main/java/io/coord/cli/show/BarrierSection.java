package io.coord.cli.show;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coord.core.Contender;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The key that bears the name itself: a barrier that is held, or a latch. */
sealed interface BarrierSection extends Section {

  /**
   * What a key is by its value; empty when it is neither.
   *
   * @param now the moment at which it is shown
   */
  static Optional<BarrierSection> of(Contender key, Instant now) {
    if (key.client().isPresent() || key.value().isEmpty()) {
      return Optional.of(new Held(key, now));
    }
    String text = ValueText.of(key.value());
    return text.matches("[1-9][0-9]{0,17}")
        ? Optional.of(new Latch(Long.parseLong(text)))
        : Optional.empty();
  }

  /** A barrier that is held. */
  record Held(Contender key, Instant now) implements BarrierSection {

    @Override
    public List<String> lines(String name) {
      String by = key.client().map(client -> " by " + client).orElse("");
      String age = key.since().map(since -> " for " + Ages.text(since, now)).orElse("");
      return List.of(
          name + ": barrier, held" + by + age + ", since revision " + key.createRevision());
    }

    @Override
    public void addTo(ObjectNode all) {
      ObjectNode barrier = all.putObject("barrier");
      barrier.put("revision", key.createRevision());
      barrier.put("since", key.since().map(Object::toString).orElse(null));
      barrier.put("client", key.client().orElse(null));
    }
  }

  /** A count of what is still to be done. */
  record Latch(long count) implements BarrierSection {

    @Override
    public List<String> lines(String name) {
      return List.of(name + ": latch, " + count + " still to be counted down");
    }

    @Override
    public void addTo(ObjectNode all) {
      all.putObject("latch").put("count", count);
    }
  }
}
