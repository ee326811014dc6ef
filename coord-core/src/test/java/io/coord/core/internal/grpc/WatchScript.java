package io.coord.core.internal.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.coord.core.UnavailableException;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import java.util.List;

/** What etcd says on a watch stream, and what it is asked there in a form that reads well. */
final class WatchScript {

  static final String DENIED =
      "rpc error: code = PermissionDenied desc = etcdserver: permission denied";
  static final String BAD_TOKEN =
      "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token";

  private WatchScript() {}

  static UnavailableException broken() {
    return new UnavailableException("the member went away", null);
  }

  static WatchResponse created(long id, long revision) {
    return response(id, revision).setCreated(true).build();
  }

  static WatchResponse refused(long revision, String reason) {
    return response(-1, revision)
        .setCreated(true)
        .setCanceled(true)
        .setCancelReason(reason)
        .build();
  }

  static WatchResponse cancelled(long id, String reason) {
    return response(id, 0).setCanceled(true).setCancelReason(reason).build();
  }

  static WatchResponse compacted(long id, long compactRevision) {
    return response(id, 0).setCanceled(true).setCompactRevision(compactRevision).build();
  }

  static WatchResponse progress(long id, long revision) {
    return response(id, revision).build();
  }

  static WatchResponse events(long id, long headerRevision, Event... events) {
    return response(id, headerRevision).addAllEvents(List.of(events)).build();
  }

  static WatchResponse fragment(long id, long headerRevision, Event... events) {
    return response(id, headerRevision)
        .addAllEvents(List.of(events))
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(7, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build())
        .build();
  }

  static Event put(String key, long revision) {
    return event(Event.EventType.PUT, key, revision);
  }

  static Event delete(String key, long revision) {
    return event(Event.EventType.DELETE, key, revision);
  }

  /** Requests as {@code create KEY@START} and {@code cancel ID}. */
  static List<String> readable(List<WatchRequest> requests) {
    return requests.stream().map(WatchScript::readable).toList();
  }

  private static String readable(WatchRequest request) {
    return request.hasCancelRequest()
        ? "cancel " + request.getCancelRequest().getWatchId()
        : "create "
            + request.getCreateRequest().getKey().toStringUtf8()
            + "@"
            + request.getCreateRequest().getStartRevision();
  }

  private static Event event(Event.EventType type, String key, long revision) {
    return Event.newBuilder()
        .setType(type)
        .setKv(KeyValue.newBuilder().setKey(ByteString.copyFromUtf8(key)).setModRevision(revision))
        .build();
  }

  private static WatchResponse.Builder response(long id, long revision) {
    return WatchResponse.newBuilder()
        .setWatchId(id)
        .setHeader(ResponseHeader.newBuilder().setRevision(revision));
  }
}
