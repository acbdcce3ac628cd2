// Draws values over time with uPlot: the only file that knows it, loaded when a picture is shown.
// The colours are the page's, looked up anew when the theme changes; text is drawn on the canvas,
// never read as markup, and styles are set through the object model, as the page's policy asks.
import { effect } from "@preact/signals";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { count } from "../ui/words";
import { theme } from "../ui/theme";
import type { ChartView } from "./chart";
import { SERIES_COLOURS, tickWords, WHOLE_STEPS } from "./plot_data";

const HEIGHT = 190;
const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const GLYPH_PX = 7;

/** Draws `view` into `host`, keeps it fitting and in the theme, and says which point the pointer is
 * at. Returns what takes it away again. */
export function draw(host: HTMLElement, view: ChartView, times: readonly number[], at: (index: number | null) => void): () => void {
  let plot: uPlot | null = null;
  const redraw = (): void => {
    plot?.destroy();
    plot = new uPlot(options(host, view, times, at), data(view, times), host);
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const sizes = new ResizeObserver(() => {
    const width = host.clientWidth;
    if (plot && width > 0 && width !== plot.width) plot.setSize({ width, height: HEIGHT });
  });
  const unwatch = effect(() => {
    void theme.value;
    redraw();
  });
  dark.addEventListener("change", redraw);
  sizes.observe(host);
  return () => {
    unwatch();
    dark.removeEventListener("change", redraw);
    sizes.disconnect();
    plot?.destroy();
  };
}

function data(view: ChartView, times: readonly number[]): uPlot.AlignedData {
  return [[...times], ...view.series.map((series) => times.map((_, index) => series.values[index] ?? null))];
}

function options(host: HTMLElement, view: ChartView, times: readonly number[], at: (index: number | null) => void): uPlot.Options {
  const ink = colour(host, "ink");
  const line = colour(host, "line");
  const bars = view.chart === "bars" && view.series.length === 1;
  const axis = { stroke: ink, font: FONT, ticks: { show: false }, grid: { stroke: line, width: 1 } };
  const whole = view.unit === "" && view.series.every((series) => series.values.every((value) => value === null || Number.isInteger(value)));
  return {
    width: Math.max(120, host.clientWidth),
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { x: { time: true }, y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.08 : 1] } },
    axes: [
      { ...axis, grid: { show: false }, size: (_, words) => (words?.some((word) => word?.includes("\n")) ? 42 : 28), space: 64, values: (_, ticks, __, ___, step) => [...tickWords(ticks, step)] },
      {
        ...axis,
        values: (_, ticks) => ticks.map((tick) => count(tick)),
        size: (_, words) => 14 + GLYPH_PX * Math.max(1, ...(words ?? []).map((word) => word.length)),
        ...(whole ? { incrs: [...WHOLE_STEPS] } : {}),
      },
    ],
    series: [
      {},
      ...view.series.map((series, place): uPlot.Series => {
        const stroke = colour(host, String(place % SERIES_COLOURS));
        const own = bars && uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.7, 40] }), fill: stroke, points: { show: false } } : {};
        // A value between gaps is a point or nothing.
        const points = { show: series.values.includes(null) || times.length < 3, size: 5 };
        return { label: series.name, stroke, width: 2, points, ...own };
      }),
    ],
    hooks: { setCursor: [(plot) => at(plot.cursor.idx ?? null)] },
  };
}

// A custom property holds the pair of both themes; an element's colour is the one in use.
function colour(host: HTMLElement, series: string): string {
  const probe = document.createElement("i");
  probe.className = "plot-colour";
  probe.dataset["series"] = series;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
