// A picture of a result. A kind this page does not know is shown as its data.
import type { VNode } from "preact";
import type { Json, View } from "../protocol";
import { Chart } from "./chart";
import { Gauge } from "./gauge";
import { JsonBlock } from "./json";
import { portalLinks } from "./portal";
import { Table } from "./table";
import { Timeline } from "./timeline";

interface ViewProps {
  readonly view: View;
  /** Where the rest is of what the view shows in part, in words. */
  readonly elsewhere: string;
}

export function ViewOf({ view, elsewhere }: ViewProps): VNode {
  switch (view.kind) {
    case "table":
      return (
        <Table title={view.title} columns={view.columns} rows={view.rows} total={view.total} links={portalLinks([view])} elsewhere={elsewhere} />
      );
    case "gauge":
      return <Gauge view={view} />;
    case "chart":
      return <Chart view={view} />;
    case "timeline":
      return <Timeline view={view} elsewhere={elsewhere} />;
    default:
      return <JsonBlock value={view as unknown as Json} what="view" />;
  }
}
