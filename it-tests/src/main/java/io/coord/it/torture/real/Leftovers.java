package io.coord.it.torture.real;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coord.it.torture.real.client.Recorder;
import io.coord.testkit.EtcdCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Looks, through etcdctl, whether any lease or key is left that should not be. The leases that
 * killed connections kept markers under last for minutes; these few are revoked instead of waited
 * for.
 */
final class Leftovers {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** From here on a lease is one of a connection, and none of a session or a delay. */
  private static final long LONG_SECONDS = 60;

  /** A connection has one for queues, one for transactions, and one for barriers and latches. */
  private static final int LEASES_OF_A_CONNECTION = 3;

  /** What stays by design, as docs/keys.md says, and what this program wrote itself. */
  private static final List<Pattern> EXPECTED =
      List.of(
          Pattern.compile("torture/(mark|register|account|alive)/.*"),
          Pattern.compile("torture/semaphore/limit/\\d+"),
          Pattern.compile("__torture/pqueue/\\d{5}"),
          Pattern.compile("____coord/work/torture/work\0item/\\d{5}"),
          Pattern.compile("__coord/work/torture/work\0(in|back)"),
          // When the last member in was killed, nobody was left to delete these.
          Pattern.compile("torture/dbarrier/(ready|withdrawn)"),
          // Held by nobody in particular: it stays when its keeper was killed.
          Pattern.compile("torture/barrier"));

  private final EtcdCluster cluster;
  private final int killed;
  private final Recorder recorder;

  /** Looks in a cluster after so many clients were killed. */
  Leftovers(EtcdCluster cluster, int killed, Recorder recorder) {
    this.cluster = cluster;
    this.killed = killed;
    this.recorder = recorder;
  }

  /** Writes down what is left. */
  void look() throws InterruptedException {
    List<Lease> leases = waitForShortLeases();
    leases.stream().filter(Lease::isShort).forEach(lease -> left(lease, "it should have run out"));
    List<Lease> others = leases.stream().filter(lease -> !lease.isShort()).toList();
    if (others.size() > killed * LEASES_OF_A_CONNECTION) {
      others.forEach(lease -> left(lease, "more than killed connections had"));
    }
    others.forEach(lease -> cluster.etcdctl("lease", "revoke", lease.id));
    recorder.note("revoked", Map.of("leases of killed connections", others.size()));
    for (String key : keys()) {
      if (EXPECTED.stream().noneMatch(pattern -> pattern.matcher(key).matches())) {
        recorder.note("left key", Map.of("key", key));
      }
    }
  }

  private void left(Lease lease, String why) {
    recorder.note(
        "left lease", Map.of("id", lease.id, "ttl", lease.ttl, "keys", lease.keys, "why", why));
  }

  /** A lease as etcd has it. */
  private record Lease(String id, long ttl, List<String> keys) {

    boolean isShort() {
      return ttl < LONG_SECONDS;
    }
  }

  private List<Lease> waitForShortLeases() throws InterruptedException {
    long begin = System.nanoTime();
    List<Lease> leases = leases();
    while (leases.stream().anyMatch(Lease::isShort)
        && System.nanoTime() - begin < LIMIT.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(500);
      leases = leases();
    }
    return leases;
  }

  private List<Lease> leases() {
    List<Lease> leases = new ArrayList<>();
    for (JsonNode entry : json("lease", "list").path("leases")) {
      String id = String.format(Locale.ROOT, "%x", entry.path("id").longValue());
      JsonNode lease = json("lease", "timetolive", id, "--keys");
      if (lease.path("ttl").longValue() >= 0) {
        List<String> keys = new ArrayList<>();
        lease.path("keys").forEach(key -> keys.add(text(key)));
        leases.add(new Lease(id, lease.path("granted-ttl").longValue(), keys));
      }
    }
    return leases;
  }

  private List<String> keys() {
    List<String> keys = new ArrayList<>();
    json("get", "", "--prefix", "--keys-only")
        .path("kvs")
        .forEach(entry -> keys.add(text(entry.path("key"))));
    return keys;
  }

  private static String text(JsonNode base64) {
    return new String(Base64.getDecoder().decode(base64.textValue()), StandardCharsets.UTF_8);
  }

  private JsonNode json(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("-w", "json"));
    String said = cluster.etcdctl(all.toArray(String[]::new));
    try {
      return JSON.readTree(said);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("etcdctl did not say JSON: " + said, e);
    }
  }
}
