package io.coord.cli.show;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coord.queues.OldestItem;
import java.time.Instant;
import java.util.Optional;

/** The oldest item of a queue. */
record OldestText(Optional<OldestItem> oldest, Instant now) {

  /** To be put behind the number of items. */
  String text() {
    return oldest
        .map(
            item ->
                item.since()
                    .map(since -> ", the oldest for " + Ages.text(since, now))
                    .orElse(", the oldest since revision " + item.revision()))
        .orElse("");
  }

  void addTo(ObjectNode queue) {
    if (oldest.isEmpty()) {
      queue.putNull("oldest");
      return;
    }
    ObjectNode object = queue.putObject("oldest");
    object.put("key", oldest.get().key());
    object.put("revision", oldest.get().revision());
    Optional<Instant> since = oldest.get().since();
    object.put("since", since.map(Object::toString).orElse(null));
    object.put("age_s", since.map(known -> Ages.seconds(known, now)).orElse(null));
  }
}
