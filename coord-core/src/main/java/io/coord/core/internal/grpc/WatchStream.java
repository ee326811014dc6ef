package io.coord.core.internal.grpc;

import io.coord.core.CoordException;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/*
 * etcd numbers the watches of a stream itself, in its created responses. It reads the requests of
 * a stream one after another and queues one created response for each create request, a refused
 * one too; what it queues it sends in order. So the nth created response answers the nth create
 * request, and nothing else can be relied on: a refused create has no number of its own. Events of
 * a watch come only after its created response. Numbers are not used twice in a stream, so what
 * still comes for a watch that was cancelled finds no watch, and is dropped.
 *
 * A watch that is closed before its created response has come has no number to cancel it by. It
 * stays in line, and is cancelled when the number comes.
 */

/**
 * One open watch stream, and which watch each of its responses is for.
 *
 * <p>Confined to the store's thread.
 */
final class WatchStream implements StreamListener<WatchResponse> {

  private final WatchHub hub;
  private final MessageStream<WatchRequest> messages;
  private final Queue<WatchRegistration> creating = new ArrayDeque<>();
  private final Map<Long, WatchRegistration> created = new HashMap<>();
  private boolean worked;

  WatchStream(WatchHub hub, StreamOpener opener) {
    this.hub = hub;
    this.messages = opener.open(WatchGrpc.getWatchMethod(), this);
  }

  void create(WatchRegistration watch) {
    creating.add(watch);
    messages.send(WatchMessages.create(watch.range(), watch.startRevision(), watch.changes()));
  }

  void cancel(WatchRegistration watch) {
    watch
        .idOnStream()
        .ifPresent(
            id -> {
              created.remove(id);
              watch.detached();
              messages.send(WatchMessages.cancel(id));
            });
  }

  /** Whether anything has come of the stream. */
  boolean hasWorked() {
    return worked;
  }

  /** Ends the stream; nothing is heard of it any more, and its watches are on no stream. */
  void abandon() {
    messages.cancel();
    created.values().forEach(WatchRegistration::detached);
    created.clear();
    creating.clear();
  }

  @Override
  public void onClosed(CoordException cause) {
    hub.streamClosed(this, cause);
  }

  @Override
  public void onMessage(WatchResponse response) {
    worked = true;
    if (response.getCreated()) {
      onCreated(response);
      return;
    }
    WatchRegistration watch = created.get(response.getWatchId());
    if (watch == null) {
      return;
    }
    if (response.getCanceled()) {
      onCanceled(watch, response);
    } else if (response.getEventsCount() == 0) {
      watch.progress(response.getHeader().getRevision());
    } else if (WatchMessages.isContinued(response)) {
      watch.fragment(response.getEventsList());
    } else {
      watch.events(response.getEventsList());
    }
  }

  private void onCreated(WatchResponse response) {
    WatchRegistration watch = creating.poll();
    if (watch == null) {
      hub.protocolViolated(this, "a created response to no create request");
    } else if (response.getCanceled()) {
      onRefused(watch, response);
    } else if (watch.hasEnded()) {
      messages.send(WatchMessages.cancel(response.getWatchId()));
    } else {
      created.put(response.getWatchId(), watch);
      hub.tokenAccepted();
      watch.created(response.getWatchId(), response.getHeader().getRevision());
    }
  }

  private void onRefused(WatchRegistration watch, WatchResponse response) {
    if (watch.hasEnded()) {
      return;
    }
    if (response.getCompactRevision() > 0) {
      hub.compacted(this, watch, response.getCompactRevision());
    } else {
      hub.refused(this, watch, response.getCancelReason());
    }
  }

  private void onCanceled(WatchRegistration watch, WatchResponse response) {
    if (response.getCompactRevision() > 0) {
      // etcd keeps what it has of a compacted watch until it is asked to cancel it
      cancel(watch);
      hub.compacted(this, watch, response.getCompactRevision());
    } else {
      created.remove(response.getWatchId());
      watch.detached();
      hub.cancelled(this, watch, response.getCancelReason());
    }
  }
}
