// Bars by category as rows of a list; anything over time as a picture that is loaded when needed.
import type { VNode } from "preact";
import type { View } from "../protocol";
import { visible } from "../markdown/plain";
import { amount } from "./amount";
import { OverTime } from "./over_time";
import { instants, SERIES_COLOURS } from "./plot_data";

export type ChartView = Extract<View, { kind: "chart" }>;

export function Chart({ view }: { readonly view: ChartView }): VNode {
  const times = instants(view.labels);
  return (
    <figure class="chart">
      <figcaption>{visible(view.title)}</figcaption>
      {times ? <OverTime view={view} times={times} /> : <Bars view={view} />}
    </figure>
  );
}

function Bars({ view }: { readonly view: ChartView }): VNode {
  const highest = view.series.flatMap((series) => series.values).reduce<number>((one, other) => Math.max(one, other ?? 0), 0);
  return (
    <div class="bars" role="list">
      {view.labels.flatMap((label, index) =>
        view.series.map((series, place) => {
          const value = series.values[index] ?? null;
          const name = visible(view.series.length > 1 ? `${label}, ${series.name}` : label);
          const width = value === null || highest <= 0 ? 0 : Math.max(0, (value / highest) * 100);
          return (
            <div class="bar-row" role="listitem">
              <bdi class="bar-name" title={name}>{name}</bdi>
              <svg class="bar-line" aria-hidden="true">
                <rect width={`${width}%`} height="100%" rx="2" data-series={place % SERIES_COLOURS} />
              </svg>
              <span class="bar-value">{amount(value, view.unit)}</span>
            </div>
          );
        }),
      )}
    </div>
  );
}
