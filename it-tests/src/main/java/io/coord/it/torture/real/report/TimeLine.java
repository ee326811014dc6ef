package io.coord.it.torture.real.report;

import io.coord.it.torture.real.fault.FaultRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Draws the rate of operations over time, and beneath it the faults, a row for each kind. */
public final class TimeLine {

  private static final int LEFT = 150;
  private static final int WIDTH = 1000;
  private static final int TOP = 40;
  private static final int HEIGHT = 220;
  private static final int ROW = 16;
  private static final int AXIS = 24;

  private final RunRecord run;
  private final List<Integer> rates;
  private final List<FaultRecord> faults;
  private final List<String> kinds;
  private final double seconds;
  private final StringBuilder svg = new StringBuilder();

  private TimeLine(RunRecord run, List<Integer> rates, List<FaultRecord> faults) {
    this.run = run;
    this.rates = rates;
    this.faults = faults;
    this.kinds = new ArrayList<>(new TreeSet<>(faults.stream().map(FaultRecord::kind).toList()));
    this.seconds = Math.max(1, rates.size());
  }

  /** Draws a run as SVG. */
  public static String draw(RunRecord run, List<Integer> rates, List<FaultRecord> faults) {
    return new TimeLine(run, rates, faults).draw();
  }

  private String draw() {
    int rows = TOP + HEIGHT + AXIS + 10;
    int height = rows + kinds.size() * ROW + 10;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"11\">",
        LEFT + WIDTH + 20, height);
    add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
    add(
        "<text x=\"%d\" y=\"20\" font-size=\"14\">Operations a second under faults:"
            + " %d members, %d clients, seed %d</text>",
        LEFT, run.nodes(), run.clients(), run.seed());
    axes();
    rate();
    for (int row = 0; row < kinds.size(); row++) {
      row(kinds.get(row), rows + row * ROW);
    }
    add("</svg>");
    return svg.toString();
  }

  private int greatest() {
    int most = rates.stream().mapToInt(Integer::intValue).max().orElse(0);
    return Math.max(100, (most + 99) / 100 * 100);
  }

  private double x(double second) {
    return LEFT + Math.min(Math.max(second, 0), seconds) / seconds * WIDTH;
  }

  private double y(double rate) {
    return TOP + HEIGHT - rate / greatest() * HEIGHT;
  }

  private void axes() {
    for (int quarter = 0; quarter <= 4; quarter++) {
      double rate = greatest() * quarter / 4.0;
      add(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
          LEFT, LEFT + WIDTH, y(rate), y(rate));
      add("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>", LEFT - 6, y(rate) + 4, rate);
    }
    int step = seconds > 300 ? 60 : seconds > 60 ? 20 : 5;
    for (int second = 0; second <= seconds; second += step) {
      add(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d s</text>",
          x(second), TOP + HEIGHT + 16, second);
    }
  }

  private void rate() {
    StringBuilder points = new StringBuilder();
    for (int second = 0; second < rates.size(); second++) {
      points.append(
          String.format(Locale.ROOT, "%.1f,%.1f ", x(second + 0.5), y(rates.get(second))));
    }
    add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"#1f5fa8\" stroke-width=\"1.2\"/>",
        points.toString().trim());
  }

  private void row(String kind, int y) {
    add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LEFT - 6, y + 11, kind);
    for (FaultRecord fault : faults) {
      if (fault.kind().equals(kind)) {
        double begin = x(second(fault.began()));
        double width = Math.max(2, x(second(fault.ended())) - begin);
        add(
            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"><title>%s"
                + " %s</title></rect>",
            begin,
            y + 2,
            width,
            ROW - 4,
            fault.hitsClient() ? "#d98c2b" : "#b8433a",
            kind,
            fault.target());
      }
    }
  }

  private double second(long nanos) {
    return (nanos - run.began()) / (double) Duration.ofSeconds(1).toNanos();
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
