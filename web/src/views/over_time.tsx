// Values over time: the picture, what the pointer is at, and the same values as a table. The
// picture's code comes when the first one is shown; without it the table is there all the same.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { VNode } from "preact";
import type { Column, Json } from "../protocol";
import { visible } from "../markdown/plain";
import { counted, moment } from "../ui/words";
import { amount } from "./amount";
import type { ChartView } from "./chart";
import { SERIES_COLOURS } from "./plot_data";
import { Table } from "./table";

interface OverTimeProps {
  readonly view: ChartView;
  /** Seconds since 1970, one a label. */
  readonly times: readonly number[];
}

export function OverTime({ view, times }: OverTimeProps): VNode {
  const host = useRef<HTMLDivElement>(null);
  const at = useSignal<number | null>(null);
  const state = useSignal<"loading" | "drawn" | "absent">("loading");
  useEffect(() => {
    let gone = false;
    let erase = (): void => undefined;
    import("./plot").then(
      ({ draw }) => {
        if (gone || !host.current) return;
        erase = draw(host.current, view, times, (index) => (at.value = index));
        state.value = "drawn";
      },
      () => void (state.value = "absent"),
    );
    return () => {
      gone = true;
      erase();
    };
  }, [view]);
  const shown = at.value ?? times.length - 1;
  return (
    <>
      {state.value === "absent" ? (
        <p class="meta">The picture could not be loaded; its values are below.</p>
      ) : (
        <div class="plot" ref={host} role="img" aria-label={spoken(view)} data-state={state} />
      )}
      <div class="legend">
        <span class="meta">{moment(view.labels[shown] ?? "")}</span>
        <ul>
          {view.series.map((series, place) => (
            <li data-series={place % SERIES_COLOURS}>
              {visible(series.name)} <strong>{amount(series.values[shown] ?? null, view.unit)}</strong>
            </li>
          ))}
        </ul>
      </div>
      <Values view={view} open={state.value === "absent"} />
    </>
  );
}

function Values({ view, open }: { readonly view: ChartView; readonly open: boolean }): VNode {
  const chosen = useSignal(false);
  const columns: readonly Column[] = [
    { key: "at", label: "Time", type: "instant" },
    ...view.series.map((series): Column => ({ key: series.name, label: series.name, type: "number" })),
  ];
  const rows = view.labels.map((label, index): readonly Json[] => [label, ...view.series.map((series) => series.values[index] ?? null)]);
  return (
    <details class="fold" open={open || chosen.value} onToggle={(event) => (chosen.value = event.currentTarget.open)}>
      <summary>The values as a table</summary>
      {open || chosen.value ? <Table title={view.title} columns={columns} rows={rows} total={rows.length} links={new Map()} elsewhere="" /> : null}
    </details>
  );
}

function spoken(view: ChartView): string {
  const ends = view.series.map((series) => {
    const values = series.values.filter((value) => value !== null);
    const highest = values.length === 0 ? null : values.reduce((one, other) => Math.max(one, other));
    return `${series.name}: highest ${amount(highest, view.unit)}, last ${amount(series.values.at(-1) ?? null, view.unit)}`;
  });
  return visible(`${view.title}, ${counted(view.labels.length, "point")}. ${ends.join("; ")}`);
}
