package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.internal.store.WatchEvent;
import io.coord.election.Leader;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Who stood in an election and who led it, at every revision, by what etcd committed. */
final class ElectionTruth {

  /** A candidate as etcd has it. */
  record Candidate(String key, long createRevision, String value) {

    static Candidate of(Leader<String> leader) {
      return new Candidate(leader.key(), leader.fencingToken().value(), leader.value());
    }
  }

  private final Bytes prefix;
  private final Map<String, Candidate> standing = new HashMap<>();
  private final NavigableMap<Long, Optional<Candidate>> leaders = new TreeMap<>();

  ElectionTruth(Bytes prefix) {
    this.prefix = prefix;
    leaders.put(0L, Optional.empty());
  }

  /** The changes of one revision. */
  void committed(List<WatchEvent> events) {
    for (WatchEvent event : events) {
      if (event.kv().key().startsWith(prefix)) {
        String key = event.kv().key().utf8();
        switch (event.type()) {
          case PUT ->
              standing.put(
                  key, new Candidate(key, event.kv().createRevision(), event.kv().value().utf8()));
          case DELETE -> standing.remove(key);
        }
        leaders.put(
            event.kv().modRevision(),
            standing.values().stream().min(Comparator.comparing(Candidate::createRevision)));
      }
    }
  }

  Optional<Candidate> leaderAt(long revision) {
    return leaders.floorEntry(revision).getValue();
  }

  Optional<Candidate> leader() {
    return leaders.lastEntry().getValue();
  }

  /** Whether a key stands that was created at this revision. */
  boolean stands(long createRevision) {
    return standing.values().stream().anyMatch(one -> one.createRevision() == createRevision);
  }
}
