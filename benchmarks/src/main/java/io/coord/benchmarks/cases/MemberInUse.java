package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchException;
import io.coord.benchmarks.Pause;
import io.coord.testkit.EtcdMember;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the member that a client's requests go to: the one that counts them. */
final class MemberInUse {

  private static final Pattern PUTS =
      Pattern.compile(
          "^grpc_server_handled_total\\{grpc_code=\"OK\",grpc_method=\"Put\",.*} (\\S+)$",
          Pattern.MULTILINE);
  private static final Duration OBSERVED = Duration.ofMillis(500);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER_LIMIT)
          .build();

  /** Observes the members for a moment, in which somebody must be putting. */
  EtcdMember among(List<EtcdMember> members) throws InterruptedException {
    List<Double> before = counts(members);
    Pause.of(OBSERVED);
    List<Double> after = counts(members);
    EtcdMember busiest = members.get(0);
    double most = 0;
    for (int i = 0; i < members.size(); i++) {
      double risen = after.get(i) - before.get(i);
      if (risen > most) {
        most = risen;
        busiest = members.get(i);
      }
    }
    if (most == 0) {
      throw new BenchException("no member served a put within " + OBSERVED);
    }
    return busiest;
  }

  private List<Double> counts(List<EtcdMember> members) throws InterruptedException {
    List<Double> counts = new ArrayList<>();
    for (EtcdMember member : members) {
      counts.add(puts(member));
    }
    return counts;
  }

  private double puts(EtcdMember member) throws InterruptedException {
    URI metrics = URI.create(member.endpoint() + "/metrics");
    HttpRequest request = HttpRequest.newBuilder(metrics).timeout(ANSWER_LIMIT).build();
    try {
      String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      Matcher line = PUTS.matcher(body);
      return line.find() ? Double.parseDouble(line.group(1)) : 0;
    } catch (IOException e) {
      throw new BenchException("cannot read " + metrics + ": " + e.getMessage(), e);
    }
  }
}
