package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.coord.benchmarks.Connector;
import io.coord.benchmarks.Options;
import io.coord.core.Coord;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@EtcdTest
@Timeout(60)
class TellerMainIT {

  @Test
  void main_inputEndsWhileTransfersRun_endsToo(EtcdCluster cluster)
      throws IOException, InterruptedException {
    try (Coord coord = Connector.plain().connect(cluster.endpoints())) {
      Bank bank = new Bank("bank/", 5);
      bank.open(coord);
      TellerPlan plan = TellerPlan.of(coord.config(), bank.prefix(), 5, 2, Options.brief());
      Process process =
          new ProcessBuilder(TellerMain.command()).redirectError(Redirect.INHERIT).start();
      try (OutputStream in = process.getOutputStream();
          BufferedReader out =
              new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        in.write(
            (new ObjectMapper().writeValueAsString(plan) + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        assertThat(out.readLine()).isEqualTo(TellerMain.WARM);

        in.close();

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      } finally {
        process.destroyForcibly();
      }
    }
  }
}
