// Bars by category and lines over time, in plain SVG. Values stand in words beside the picture.
import type { VNode } from "preact";
import type { ChartSeries, View } from "../protocol";
import { visible } from "../markdown/plain";
import { count, time } from "../ui/words";

type ChartView = Extract<View, { kind: "chart" }>;

const WIDTH = 600;
const HEIGHT = 140;

export function Chart({ view }: { readonly view: ChartView }): VNode {
  const values = view.series.flatMap((series) => series.values.filter((value) => value !== null));
  const highest = values.reduce((one, other) => Math.max(one, other), 0);
  return (
    <figure class="chart">
      <figcaption>{visible(view.title)}</figcaption>
      {view.chart === "bars" ? <Bars view={view} highest={highest} /> : <Lines view={view} highest={highest} />}
    </figure>
  );
}

interface PartProps {
  readonly view: ChartView;
  readonly highest: number;
}

function Bars({ view, highest }: PartProps): VNode {
  return (
    <div class="bars" role="list">
      {view.labels.flatMap((label, index) =>
        view.series.map((series, place) => {
          const value = series.values[index] ?? null;
          const name = view.series.length > 1 ? `${label}, ${series.name}` : label;
          const width = value === null || highest <= 0 ? 0 : Math.max(0, (value / highest) * 100);
          return (
            <div class="bar-row" role="listitem">
              <bdi class="bar-name" title={visible(name)}>{visible(name)}</bdi>
              <svg class="bar-line" aria-hidden="true">
                <rect width={`${width}%`} height="100%" rx="2" data-series={place % 4} />
              </svg>
              <span class="bar-value">{amount(value, view.unit)}</span>
            </div>
          );
        }),
      )}
    </div>
  );
}

function Lines({ view, highest }: PartProps): VNode {
  const first = view.labels[0];
  const last = view.labels.at(-1);
  return (
    <div class="lines">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={spoken(view)}>
        {view.series.map((series, place) => (
          <path d={line(series, highest)} data-series={place % 4} vector-effect="non-scaling-stroke" />
        ))}
      </svg>
      <div class="axis">
        <span>{first === undefined ? "" : time(first)}</span>
        <span>highest {amount(highest, view.unit)}</span>
        <span>{last === undefined ? "" : time(last)}</span>
      </div>
      <ul class="legend">
        {view.series.map((series, place) => (
          <li data-series={place % 4}>
            {visible(series.name)} <span>{amount(series.values.at(-1) ?? null, view.unit)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

// A gap in the values is a gap in the line.
function line(series: ChartSeries, highest: number): string {
  const step = series.values.length > 1 ? WIDTH / (series.values.length - 1) : 0;
  let pen = "M";
  return series.values
    .map((value, index) => {
      if (value === null) {
        pen = "M";
        return "";
      }
      const y = highest > 0 ? HEIGHT - 4 - (value / highest) * (HEIGHT - 8) : HEIGHT - 4;
      const point = `${pen}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
      pen = "L";
      return point;
    })
    .join("");
}

function spoken(view: ChartView): string {
  const ends = view.series.map((series) => `${series.name} ends at ${amount(series.values.at(-1) ?? null, view.unit)}`);
  return visible(`${view.title}: ${ends.join("; ")}`);
}

const amount = (value: number | null, unit: string): string =>
  value === null ? "no value" : unit === "" ? count(value) : unit === "%" ? `${count(value)}%` : `${count(value)} ${unit}`;
