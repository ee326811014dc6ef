package io.coord.core.internal.grpc;

import com.google.protobuf.UnknownFieldSet;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.WatchEvent;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCancelRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;

/**
 * The messages of etcd's watch protocol.
 *
 * <p>jetcd's copy of the protocol is older than the {@code fragment} flags, which every etcd since
 * 3.4 understands, so they travel as unknown fields. Without them etcd puts up to a thousand
 * revisions into one response to a watch that has fallen behind: with values of 1 MiB, a gigabyte.
 */
final class WatchMessages {

  private static final int REQUEST_FRAGMENT_FIELD = 8;
  private static final int RESPONSE_FRAGMENT_FIELD = 7;

  private static final UnknownFieldSet FRAGMENT =
      UnknownFieldSet.newBuilder()
          .addField(REQUEST_FRAGMENT_FIELD, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
          .build();

  private WatchMessages() {}

  /** Asks for a watch; start revision 0 means "from now on". */
  static WatchRequest create(KeyRange range, long startRevision, Changes changes) {
    WatchCreateRequest.Builder create =
        WatchCreateRequest.newBuilder()
            .setKey(Requests.bytes(range.start()))
            .setStartRevision(startRevision)
            .setProgressNotify(true)
            .setUnknownFields(FRAGMENT);
    switch (changes) {
      case ALL -> {}
      case DELETIONS -> create.addFilters(WatchCreateRequest.FilterType.NOPUT);
      case PUTS -> create.addFilters(WatchCreateRequest.FilterType.NODELETE);
    }
    range.end().ifPresent(end -> create.setRangeEnd(Requests.bytes(end)));
    return WatchRequest.newBuilder().setCreateRequest(create).build();
  }

  static WatchRequest cancel(long watchId) {
    return WatchRequest.newBuilder()
        .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(watchId))
        .build();
  }

  /** Whether the rest of this response's events follows in the watch's next response. */
  static boolean isContinued(WatchResponse response) {
    UnknownFieldSet fields = response.getUnknownFields();
    return fields.hasField(RESPONSE_FRAGMENT_FIELD)
        && fields.getField(RESPONSE_FRAGMENT_FIELD).getVarintList().contains(1L);
  }

  static WatchEvent event(Event event) {
    return new WatchEvent(
        event.getType() == Event.EventType.DELETE ? WatchEvent.Type.DELETE : WatchEvent.Type.PUT,
        Answers.keyValue(event.getKv()));
  }
}
