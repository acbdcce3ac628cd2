// A picture of a result. A kind this page does not know is shown as its data.
import type { VNode } from "preact";
import type { Json, View } from "../protocol";
import { Chart } from "./chart";
import { Gauge } from "./gauge";
import { JsonBlock } from "./json";
import { Table } from "./table";

export function ViewOf({ view }: { readonly view: View }): VNode {
  switch (view.kind) {
    case "table":
      return <Table title={view.title} columns={view.columns} rows={view.rows} total={view.total} />;
    case "gauge":
      return <Gauge view={view} />;
    case "chart":
      return <Chart view={view} />;
    default:
      return <JsonBlock value={view as Json} what="view" />;
  }
}
