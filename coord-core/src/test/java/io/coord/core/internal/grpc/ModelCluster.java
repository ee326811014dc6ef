package io.coord.core.internal.grpc;

import com.google.protobuf.UnknownFieldSet;
import io.coord.core.Bytes;
import io.coord.core.UnavailableException;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;

/**
 * Members that serve watches by etcd's rules, its faults included, in an order that a seed decides.
 *
 * <p>Each member has applied some part of one history. Requests and responses wait in queues until
 * {@link #step} carries one of them, so everything may overtake what it can overtake in reality.
 */
final class ModelCluster implements StreamOpener {

  private static final int MEMBERS = 3;

  private final Random random;

  /** The changes by revision; that of revision r is at r. */
  private final List<List<Event>> history = new ArrayList<>(List.of(List.of(), List.of()));

  private final long[] applied = new long[MEMBERS];
  private Optional<ModelStream> stream = Optional.empty();
  private long compacted;
  private boolean calm;

  ModelCluster(Random random) {
    this.random = random;
    Arrays.fill(applied, 1);
  }

  long revision() {
    return history.size() - 1L;
  }

  long compactRevision() {
    return compacted;
  }

  List<Event> changes(long revision) {
    return history.get((int) revision);
  }

  /** From here on nothing breaks any more, and every member catches up. */
  void calm() {
    calm = true;
  }

  /** Whether there is nothing left to carry, of a calm cluster. */
  boolean isSettled() {
    return applied[0] == revision()
        && applied[1] == revision()
        && applied[2] == revision()
        && stream.map(ModelStream::isSettled).orElse(true);
  }

  void commit(List<Event> changes) {
    history.add(changes);
  }

  /**
   * Compacts, but not exactly where a watch stands: there old members lose what nobody can tell.
   */
  void compact() {
    long upTo = 1L + random.nextInt((int) revision());
    boolean hurts =
        stream.map(s -> s.watches.values().stream().anyMatch(w -> w.next == upTo)).orElse(false);
    if (upTo > compacted && !hurts) {
      compacted = upTo;
    }
  }

  /** One thing happens somewhere. */
  void step() {
    int member = random.nextInt(MEMBERS);
    if (random.nextInt(3) == 0 && applied[member] < revision()) {
      applied[member]++;
    }
    stream.ifPresent(ModelStream::step);
  }

  void breakStream() {
    Optional<ModelStream> broken = stream;
    stream = Optional.empty();
    broken.ifPresent(s -> s.listener.onClosed(new UnavailableException("broken", null)));
  }

  @Override
  @SuppressWarnings("unchecked") // only watch streams are opened
  public <Q, R> MessageStream<Q> open(MethodDescriptor<Q, R> method, StreamListener<R> listener) {
    ModelStream opened =
        new ModelStream(random.nextInt(MEMBERS), (StreamListener<WatchResponse>) listener);
    stream = Optional.of(opened);
    return (MessageStream<Q>) opened;
  }

  @Override
  public Duration reopenDelay() {
    return Duration.ofMillis(random.nextInt(3));
  }

  @Override
  public void checkHistory(Bytes key, long seen) {}

  @Override
  public void renewToken() {}

  /** A watch as a member keeps it: {@code next} is the first revision that it has yet to send. */
  private static final class ModelWatch {
    final long id;
    final String key;
    final String end;
    final long forgottenDeletions;
    long next;

    ModelWatch(long id, String key, String end, long next, long forgottenDeletions) {
      this.id = id;
      this.key = key;
      this.end = end;
      this.next = next;
      this.forgottenDeletions = forgottenDeletions;
    }

    boolean sees(Event event) {
      String changed = event.getKv().getKey().toStringUtf8();
      return end.isEmpty()
          ? changed.equals(key)
          : changed.compareTo(key) >= 0 && changed.compareTo(end) < 0;
    }
  }

  private final class ModelStream implements MessageStream<WatchRequest> {
    private final int member;
    private final StreamListener<WatchResponse> listener;
    private final Queue<WatchRequest> requests = new ArrayDeque<>();
    private final Queue<WatchResponse> responses = new ArrayDeque<>();
    private final Map<Long, ModelWatch> watches = new LinkedHashMap<>();
    private long lastId = -1;

    ModelStream(int member, StreamListener<WatchResponse> listener) {
      this.member = member;
      this.listener = listener;
    }

    @Override
    public void send(WatchRequest message) {
      requests.add(message);
    }

    @Override
    public void cancel() {
      stream = stream.filter(current -> current != this);
    }

    boolean isSettled() {
      return requests.isEmpty()
          && responses.isEmpty()
          && watches.values().stream().allMatch(w -> w.next > revision());
    }

    void step() {
      switch (random.nextInt(calm ? 3 : 5)) {
        case 0 -> serve();
        case 1 -> anyWatch().ifPresent(this::sync);
        case 2 -> deliver();
        case 3 -> anyWatch().ifPresent(this::sendProgress);
        default -> misbehave();
      }
    }

    private void serve() {
      WatchRequest request = requests.poll();
      if (request == null) {
        return;
      }
      if (request.hasCancelRequest()) {
        long id = request.getCancelRequest().getWatchId();
        if (watches.remove(id) != null) {
          responses.add(response(id).setCanceled(true).build());
        }
        return;
      }
      long asked = request.getCreateRequest().getStartRevision();
      long next = asked == 0 ? applied[member] + 1 : asked;
      lastId++;
      watches.put(
          lastId,
          new ModelWatch(
              lastId,
              request.getCreateRequest().getKey().toStringUtf8(),
              request.getCreateRequest().getRangeEnd().toStringUtf8(),
              next,
              compacted <= applied[member] ? compacted : 0));
      responses.add(response(lastId).setCreated(true).build());
    }

    /** Sends the watch some revisions, each whole, the header telling the member's revision. */
    private void sync(ModelWatch watch) {
      if (watch.next <= applied[member] && watch.next < compacted) {
        watches.remove(watch.id);
        responses.add(response(watch.id).setCanceled(true).setCompactRevision(compacted).build());
        return;
      }
      List<Event> events = new ArrayList<>();
      int revisions = 1 + random.nextInt(4);
      while (watch.next <= applied[member] && revisions-- > 0) {
        for (Event event : changes(watch.next)) {
          if (watch.sees(event) && !isForgotten(watch, event)) {
            events.add(event);
          }
        }
        watch.next++;
      }
      if (!events.isEmpty()) {
        sendInFragments(watch, events);
      }
    }

    /** A watch opened after a compaction misses deletions at that revision in old members. */
    private boolean isForgotten(ModelWatch watch, Event event) {
      return event.getType() == Event.EventType.DELETE
          && event.getKv().getModRevision() == watch.forgottenDeletions;
    }

    private void sendInFragments(ModelWatch watch, List<Event> events) {
      int cut = random.nextInt(events.size());
      if (cut > 0) {
        responses.add(
            response(watch.id)
                .addAllEvents(events.subList(0, cut))
                .setUnknownFields(
                    UnknownFieldSet.newBuilder()
                        .addField(7, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build());
      }
      responses.add(response(watch.id).addAllEvents(events.subList(cut, events.size())).build());
    }

    private void deliver() {
      WatchResponse response = responses.poll();
      if (response != null) {
        listener.onMessage(response);
      }
    }

    /** Only to a watch that has been sent everything; to one that lies in the future, too. */
    private void sendProgress(ModelWatch watch) {
      if (watch.next > applied[member]) {
        responses.add(response(watch.id).build());
      }
    }

    private void misbehave() {
      if (random.nextInt(10) == 0) {
        // a restored snapshot pulls watches of the future back to the member's revision, and tells
        // an idle one of a compaction that it is long past
        anyWatch().ifPresent(w -> w.next = Math.min(w.next, applied[member] + 1));
        anyWatch().ifPresent(this::cancelForNoReason);
      }
    }

    private void cancelForNoReason(ModelWatch watch) {
      watches.remove(watch.id);
      WatchResponse.Builder cancelled = response(watch.id).setCanceled(true);
      boolean asCompacted = compacted > 0 && compacted <= applied[member] && random.nextBoolean();
      responses.add(
          asCompacted ? cancelled.setCompactRevision(compacted).build() : cancelled.build());
    }

    private Optional<ModelWatch> anyWatch() {
      return watches.isEmpty()
          ? Optional.empty()
          : Optional.of(List.copyOf(watches.values()).get(random.nextInt(watches.size())));
    }

    private WatchResponse.Builder response(long id) {
      return WatchResponse.newBuilder()
          .setWatchId(id)
          .setHeader(ResponseHeader.newBuilder().setRevision(applied[member]));
    }
  }
}
