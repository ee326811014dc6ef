package io.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CoordCommandTest {

  /** What a run of the command gave. */
  private record Run(int exitCode, String out, String err) {}

  private static Run run(String... args) {
    return run(Map.of(), args);
  }

  private static Run run(Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine(new Surroundings(environment, InputStream.nullInputStream()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    return new Run(command.execute(args), out.toString(), err.toString());
  }

  private static void assertUsageError(Run run, String... parts) {
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("coord: ").contains(parts).contains("--help");
    assertThat(run.err()).doesNotContain("\tat ").doesNotContain("Exception");
  }

  @Test
  void coord_noCommand_namesTheCommands() {
    assertUsageError(run(), "no command was given", "demo", "stm");
  }

  @Test
  void coord_unknownCommand_namesItAndTheCommands() {
    assertUsageError(run("fly"), "unknown command 'fly'", "demo", "stm");
  }

  @Test
  void help_ofACommand_saysWhatItsOptionSays() {
    assertThat(run("help", "queue")).isEqualTo(run("queue", "--help"));
    assertThat(run("help")).isEqualTo(run("--help"));
  }

  @Test
  void help_unknownCommand_namesItAndTheCommands() {
    assertUsageError(run("help", "fly"), "unknown command 'fly'", "demo", "stm");
  }

  @Test
  void coord_unknownOption_namesIt() {
    assertUsageError(run("stm", "--wrokers", "3"), "--wrokers");
  }

  @Test
  void coord_numberThatIsNone_namesItAndWhatIsExpected() {
    assertUsageError(run("pop", "q", "--count=x"), "--count", "'x'", "expected", "whole number");
  }

  @Test
  void coord_argumentTooMany_namesItAndWhatIsExpected() {
    assertUsageError(run("queue", "q", "more"), "'more'", "expected only NAME");
  }

  @Test
  void stm_noEndpoints_saysHowToGiveThem() {
    assertUsageError(run("stm"), "no endpoints", "--endpoints", "COORD_ENDPOINTS");
  }

  @Test
  void stm_endpointsWithoutValue_namesTheOption() {
    assertUsageError(run("stm", "--endpoints"), "--endpoints");
  }

  @Test
  void stm_unknownScheme_namesItAndTheKnown() {
    assertUsageError(
        run("stm", "--endpoints", "ftp://somewhere"), "\"ftp\"", "ftp://somewhere", "https://");
  }

  @Test
  void stm_unknownSchemeInTheVariable_isRefusedAsWell() {
    assertUsageError(run(Map.of("COORD_ENDPOINTS", "ftp://somewhere"), "stm"), "\"ftp\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--accounts=1", "--accounts=-5", "--workers=0", "--transfers=-1"})
  void stm_numberOutOfRange_namesItAndTheLeast(String option) {
    String[] parts = option.substring(2).split("=", 2);
    assertUsageError(
        run("stm", "--endpoints", "localhost", option), parts[0], parts[1], "expected at least");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-3", "NaN", "1e300"})
  void stm_timeoutOutOfRange_isRefused(String timeout) {
    assertUsageError(
        run("stm", "-e", "localhost", "--request-timeout=" + timeout), "--request-timeout", "time");
  }

  @Test
  void stm_nobodyThere_failsInTimeNamingTheEndpoints() {
    Run run =
        run(
            "stm",
            "-e",
            "http://127.0.0.1:1,http://no-such-host.invalid:2379",
            "--request-timeout=1s");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("127.0.0.1:1", "no-such-host.invalid:2379")
        .doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"strong", "SERIALIZABLE", "", "read committed"})
  void stm_unknownIsolation_namesItAndTheLevels(String level) {
    assertUsageError(
        run("stm", "-e", "localhost", "--isolation", level),
        "--isolation",
        "'" + level + "'",
        "serializable-snapshot, serializable, repeatable-reads, read-committed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0ms", "-1", "soon", ""})
  void stm_secondsOutOfRange_isRefused(String seconds) {
    assertUsageError(run("stm", "-e", "localhost", "--seconds=" + seconds), "time", "expected");
  }

  @Test
  void stm_secondsAndTransfers_excludeEachOther() {
    assertUsageError(
        run("stm", "-e", "localhost", "--seconds=1", "--transfers=5"), "--seconds", "--transfers");
  }

  @Test
  void stm_notANumber_namesOptionAndValue() {
    assertUsageError(run("stm", "-e", "localhost", "--workers", "many"), "--workers", "'many'");
  }

  @Test
  void stm_certificateWithoutKey_asksForBoth() {
    assertUsageError(run("stm", "-e", "localhost", "--cert", "c.pem"), "--cert", "--key");
  }

  @Test
  void stm_authoritiesUnreadable_namesTheFile(@TempDir Path folder) {
    String file = folder.resolve("no.pem").toString();
    assertUsageError(
        run("stm", "-e", "https://localhost", "--cacert", file), file, "cannot be read");
  }

  @Test
  void stm_userWithoutPassword_saysWhereItIsReadFrom() {
    assertUsageError(
        run("stm", "-e", "localhost", "--user", "root"), "--password-file", "COORD_PASSWORD");
  }

  @Test
  void stm_emptyPasswordFile_namesIt(@TempDir Path folder) throws IOException {
    String file = Files.createFile(folder.resolve("password")).toString();
    assertUsageError(
        run("stm", "-e", "localhost", "--user", "root", "--password-file", file), file, "empty");
  }

  static Stream<String> commandsWithAName() {
    return Stream.of(
        "mutex",
        "locker",
        "rwmutex",
        "election",
        "queue",
        "pqueue",
        "barrier",
        "dbarrier",
        "push",
        "pop",
        "show");
  }

  @ParameterizedTest
  @MethodSource("commandsWithAName")
  void primitive_emptyName_isRefusedBeforeAnythingIsReached(String command) {
    assertUsageError(run(command, "-e", "localhost", ""), "NAME", "empty");
  }

  @ParameterizedTest
  @MethodSource("commandsWithAName")
  void primitive_noName_asksForIt(String command) {
    assertUsageError(run(command, "-e", "localhost"), "NAME");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1500ms", "-1s"})
  void primitive_ttlThatEtcdCannotGrant_isRefused(String ttl) {
    assertUsageError(run("mutex", "orders", "-e", "localhost", "--ttl=" + ttl), "time");
  }

  @Test
  void mutex_countOutOfRange_namesItAndTheLeast() {
    assertUsageError(
        run("mutex", "orders", "-e", "localhost", "--count=0"), "--count", "expected at least 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--simulated", "--minutes=1"})
  void torture_primitiveThatIsNone_namesItAndWhatThereIs(String where) {
    assertUsageError(
        run("torture", where, "--only=mutex,work-queue"), "\"work-queue\"", "workqueue");
  }

  @Test
  void lock_noCommand_asksForIt() {
    assertUsageError(run("lock", "orders", "-e", "localhost"), "COMMAND");
  }

  @Test
  void lock_noEndpoints_startsNothing() {
    assertUsageError(run("lock", "orders", "--", "/no/such/command"), "no endpoints");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--timeout=soon", "--grace=-1", "--ttl=0"})
  void lock_badTime_isRefused(String option) {
    assertUsageError(run("lock", "orders", "-e", "localhost", option, "--", "true"), "time");
  }

  @Test
  void lock_etcdOutOfReach_givesItsOwnExitCode() {
    Run run = run("lock", "n", "-e", "http://127.0.0.1:1", "--request-timeout=100ms", "--", "true");
    assertThat(run.exitCode()).isEqualTo(125);
    assertThat(run.err()).startsWith("coord: ").contains("http://127.0.0.1:1");
  }

  @Test
  void elect_neitherValueNorListen_asksForOne() {
    assertUsageError(run("elect", "e", "-e", "localhost"), "VALUE", "--listen");
  }

  @Test
  void elect_valueAndListen_areRefusedTogether() {
    assertUsageError(run("elect", "e", "v", "--listen", "-e", "localhost"), "--listen", "VALUE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lock", "elect", "push", "pop", "show"})
  void operatorsCommand_help_documentsTheExitCodes(String command) {
    assertThat(run(command, "--help").out()).contains("Exit codes:").contains("wrong");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--priority=-1", "--priority=65536"})
  void push_priorityOutOfRange_namesItAndTheRange(String option) {
    assertUsageError(
        run("push", "q", "-e", "localhost", "--kind=pqueue", option, "v"),
        option.substring(option.indexOf('=') + 1),
        "expected 0 to 65535");
  }

  @Test
  void push_priorityForAQueueWithout_isRefused() {
    assertUsageError(run("push", "q", "-e", "localhost", "--priority=3", "v"), "--kind pqueue");
  }

  @Test
  void pop_kindThatIsNone_namesItAndTheKinds() {
    assertUsageError(
        run("pop", "q", "-e", "localhost", "--kind=stack"), "'stack'", "[queue, pqueue, work]");
  }

  @Test
  void pop_countOutOfRange_namesItAndTheLeast() {
    assertUsageError(run("pop", "q", "-e", "localhost", "--count=0"), "--count is 0", "at least 1");
  }

  @Test
  void pop_holdOfAQueueWithoutClaims_isRefused() {
    assertUsageError(run("pop", "q", "-e", "localhost", "--hold=1s"), "--hold", "--kind work");
  }

  @Test
  void pop_countAndFollow_areRefusedTogether() {
    assertUsageError(
        run("pop", "q", "-e", "localhost", "--count=2", "--follow"), "--count", "--follow");
  }

  @Test
  void dbarrier_countOutOfRange_namesItAndTheLeast() {
    assertUsageError(run("dbarrier", "d", "-e", "localhost", "-c", "0"), "--count is 0");
  }

  @Test
  void mutex_nameThatTheLocaleCannotExpress_isRefused() {
    assertUsageError(run("mutex", "-e", "localhost", "\uFFFD\uFFFD"), "locale", "UTF-8");
    assertUsageError(run("push", "-e", "localhost", "q", "\uFFFD"), "value", "locale");
  }

  @Test
  void election_idIsNoNumber_namesOptionAndValue() {
    assertUsageError(run("election", "e", "-e", "localhost", "--id=me"), "--id", "'me'");
  }

  @Test
  void coord_help_listsTheCommands() {
    Run help = run("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("demo", "stm");
  }

  @Test
  void everyCommand_help_describesItself() {
    for (String command :
        List.copyOf(
            Main.commandLine(new Surroundings(Map.of(), InputStream.nullInputStream()))
                .getSubcommands()
                .keySet())) {
      Run help = run(command, "--help");
      assertThat(help.exitCode()).isZero();
      assertThat(help.out()).contains("Usage: coord " + command).contains("--verbose");
    }
  }
}
