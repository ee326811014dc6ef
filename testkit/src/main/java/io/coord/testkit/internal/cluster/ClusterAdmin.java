package io.coord.testkit.internal.cluster;

import io.coord.testkit.EtcdClusterException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The fixture's own calls to a cluster, over the members' JSON gateways. */
public final class ClusterAdmin {

  private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
  private static final Duration STATUS_LIMIT = Duration.ofSeconds(2);
  private static final Duration TOTAL_LIMIT = Duration.ofSeconds(20);
  private static final String ALL_KEYS;

  static {
    String zero = Base64.getEncoder().encodeToString(new byte[] {0});
    ALL_KEYS = "\"key\":\"" + zero + "\",\"range_end\":\"" + zero + "\"";
  }

  /** The user as which calls are made once authentication is on. */
  private record Login(String user, String password) {}

  private final String cluster;
  private final Supplier<List<URI>> members;
  private volatile @Nullable Login login;
  private volatile @Nullable String token;

  /**
   * Makes the calls' sender.
   *
   * @param cluster the cluster's name, for messages
   * @param members the addresses of the members that can be asked now
   */
  public ClusterAdmin(String cluster, Supplier<List<URI>> members) {
    this.cluster = cluster;
    this.members = members;
  }

  /** Asks one member about itself; empty when it does not answer. */
  public Optional<MemberStatus> status(URI member) {
    try {
      GatewayReply reply =
          new Gateway(member).post("/v3/maintenance/status", "{}", authorization(), STATUS_LIMIT);
      return Optional.of(
          new MemberStatus(
              reply.field("member_id").orElse("0"),
              reply.field("leader").orElse("0"),
              number(reply, "raftTerm"),
              number(reply, "revision"),
              reply.field("version").orElse("")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Tells whether a member answers a read that needs a majority. */
  public boolean isHealthy(URI member) {
    try {
      GatewayReply reply = new Gateway(member).get("/health", STATUS_LIMIT);
      return reply.field("health").filter("true"::equals).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  /** Gives the store's revision. */
  public long revision() {
    return number(call("/v3/kv/range", "{" + ALL_KEYS + ",\"count_only\":true}"), "revision");
  }

  /** Gives the number of keys. */
  public long keys() {
    return number(call("/v3/kv/range", "{" + ALL_KEYS + ",\"count_only\":true}"), "count");
  }

  /** Gives the ids of all leases. */
  public List<String> leases() {
    return call("/v3/lease/leases", "{}").fields("ID");
  }

  /** Compacts up to the current revision, on disk too, and gives that revision. */
  public long compact() {
    long revision = revision();
    String body = "{\"revision\":\"" + revision + "\",\"physical\":true}";
    callUnless("required revision has been compacted", "/v3/kv/compaction", body);
    return revision;
  }

  /** Deletes all keys and revokes all leases. */
  public void deleteEverything() {
    call("/v3/kv/deleterange", "{" + ALL_KEYS + "}");
    leases().parallelStream()
        .forEach(
            id ->
                callUnless(
                    "requested lease not found", "/v3/lease/revoke", "{\"ID\":\"" + id + "\"}"));
  }

  /** Asks the leader to hand over; returns when it has agreed. */
  public void transferLeadership(URI leader, String targetId) throws IOException {
    new Gateway(leader)
        .post(
            "/v3/maintenance/transfer-leadership",
            "{\"targetID\":\"" + targetId + "\"}",
            authorization(),
            CALL_LIMIT);
  }

  /** Makes the user root and turns authentication on; from now on calls are made as root. */
  public void enableAuth(String rootPassword) {
    String password = "\"password\":" + quoted(rootPassword);
    callUnless("already exists", "/v3/auth/user/add", "{\"name\":\"root\"," + password + "}");
    callUnless("already exists", "/v3/auth/role/add", "{\"name\":\"root\"}");
    call("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
    call("/v3/auth/enable", "{}");
    login = new Login("root", rootPassword);
  }

  /** Turns authentication off and removes all users and roles. */
  public void disableAuth() {
    call("/v3/auth/disable", "{}");
    login = null;
    token = null;
    for (String user : call("/v3/auth/user/list", "{}").list("users")) {
      call("/v3/auth/user/delete", "{\"name\":" + quoted(user) + "}");
    }
    for (String role : call("/v3/auth/role/list", "{}").list("roles")) {
      call("/v3/auth/role/delete", "{\"role\":" + quoted(role) + "}");
    }
  }

  /** Gives what etcdctl's {@code --user} needs, once authentication is on. */
  public Optional<String> userAndPassword() {
    return Optional.ofNullable(login).map(known -> known.user + ":" + known.password);
  }

  private void callUnless(String accepted, String path, String body) {
    try {
      callOrFail(path, body);
    } catch (GatewayException e) {
      if (!e.says(accepted)) {
        throw failure(path, e);
      }
    }
  }

  private GatewayReply call(String path, String body) {
    try {
      return callOrFail(path, body);
    } catch (GatewayException e) {
      throw failure(path, e);
    }
  }

  /** Calls one member after the other until one answers; what is called here may be repeated. */
  private GatewayReply callOrFail(String path, String body) throws GatewayException {
    long start = System.nanoTime();
    IOException last = new IOException("no member is running");
    do {
      for (URI member : members.get()) {
        try {
          return new Gateway(member).post(path, body, authorization(), CALL_LIMIT);
        } catch (GatewayException e) {
          last = e;
          if (e.isUnauthenticated() && token != null) {
            token = null;
          } else if (!e.isTransient()) {
            throw e;
          }
        } catch (IOException e) {
          last = e;
        }
      }
      Waiting.pause();
    } while (System.nanoTime() - start < TOTAL_LIMIT.toNanos());
    throw failure(path, last);
  }

  private EtcdClusterException failure(String path, IOException cause) {
    return new EtcdClusterException(
        "the cluster " + cluster + " did not do " + path + ": " + cause.getMessage(), cause);
  }

  private Optional<String> authorization() throws IOException {
    Login known = login;
    if (known == null) {
      return Optional.empty();
    }
    String current = token;
    if (current == null) {
      current = authenticate(known);
      token = current;
    }
    return Optional.of(current);
  }

  private String authenticate(Login known) throws IOException {
    String body =
        "{\"name\":" + quoted(known.user) + ",\"password\":" + quoted(known.password) + "}";
    for (URI member : members.get()) {
      Optional<String> given =
          new Gateway(member)
              .post("/v3/auth/authenticate", body, Optional.empty(), CALL_LIMIT)
              .field("token");
      if (given.isPresent()) {
        return given.get();
      }
    }
    throw new IOException("no member gives a token");
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
      if (unit < 0x20 || unit == '"' || unit == '\\' || unit >= 0x7f) {
        throw new IllegalArgumentException(
            "a name or password of the fixture has to be plain ASCII without quotes");
      }
      json.append((char) unit);
    }
    return json.append('"').toString();
  }

  private static long number(GatewayReply reply, String field) {
    return reply.field(field).map(Long::parseLong).orElse(0L);
  }
}
