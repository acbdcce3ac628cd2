// The panel beside the thread: what a citation stands for, with all of its rows.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { VNode } from "preact";
import type { Column, Json } from "../protocol";
import type { Call, ThreadState } from "../thread/state";
import { visible } from "../markdown/plain";
import { evidencePage, evidencePath, wholeEvidence, type EvidencePage } from "../session/rest";
import { JsonBlock } from "../views/json";
import { Table } from "../views/table";
import { ViewOf } from "../views/view";
import { portalLinks, type PortalLinks } from "../views/portal";
import { columnsOf, cellsOf } from "../views/rows";
import { Icon } from "./icons";
import { closeEvidence } from "./panel";
import { count, coverageWords, duration, time } from "./words";

interface EvidenceProps {
  readonly thread: ThreadState;
  readonly evidenceId: string;
}

export function EvidencePanel({ thread, evidenceId }: EvidenceProps): VNode {
  const call = thread.evidence[evidenceId];
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [evidenceId]);
  const completed = call?.completed;
  return (
    <aside class="panel" aria-label={`Evidence ${evidenceId}`} onKeyDown={(event) => void (event.key === "Escape" && closeEvidence())}>
      <div class="panel-head">
        <h2 tabIndex={-1} ref={heading}>
          <span class="cite still">{evidenceId}</span> {call ? visible(call.requested.title) : "Evidence"}
        </h2>
        <button type="button" class="quiet square" aria-label="Close evidence" onClick={closeEvidence}>
          <Icon name="cross" />
        </button>
      </div>
      <div class="panel-body">
        {call ? <CallFacts call={call} /> : null}
        {completed ? <p>{visible(completed.summary)}</p> : null}
        {completed?.views.filter((view) => view.kind !== "table").map((view) => <ViewOf view={view} elsewhere="the rest below" />)}
        <Rows
          key={evidenceId}
          threadId={thread.threadId}
          evidenceId={evidenceId}
          columns={tableColumns(call)}
          links={portalLinks(completed?.views ?? [])}
          inAll={completed?.coverage?.total ?? null}
        />
        {call ? <JsonBlock value={call.requested.arguments} what="arguments" /> : null}
      </div>
    </aside>
  );
}

function CallFacts({ call }: { readonly call: Call }): VNode {
  const completed = call.completed;
  const coverage = completed?.coverage ? coverageWords(completed.coverage) : [];
  const facts = [time(call.requestedAt), completed ? duration(completed.durationMs) : "", ...coverage];
  return (
    <p class="meta">
      <code>{visible(call.requested.tool)}</code> {facts.filter((fact) => fact !== "").join(" · ")}
    </p>
  );
}

function tableColumns(call: Call | undefined): readonly Column[] {
  const view = call?.completed?.views.find((one) => one.kind === "table");
  return view?.kind === "table" ? view.columns : [];
}

interface RowsProps {
  readonly threadId: string;
  readonly evidenceId: string;
  readonly columns: readonly Column[];
  readonly links: PortalLinks;
  /** How many rows there are in Azure, where that is known. */
  readonly inAll: number | null;
}

function Rows({ threadId, evidenceId, columns, links, inAll }: RowsProps): VNode {
  const pages = useSignal<readonly EvidencePage[]>([]);
  const state = useSignal<"loading" | "ready" | string>("loading");
  const load = async (after: number): Promise<void> => {
    state.value = "loading";
    try {
      pages.value = [...pages.value, await evidencePage(threadId, evidenceId, after)];
      state.value = "ready";
    } catch (error) {
      state.value = error instanceof Error ? error.message : String(error);
    }
  };
  useEffect(() => void load(0), []);
  const rows = pages.value.flatMap((page) => page.rows);
  const last = pages.value.at(-1);
  const next = last ? last.next : 0;
  const shown = columnsOf(rows, columns);
  return (
    <div class="rows" aria-busy={state.value === "loading"}>
      {rows.length > 0 ? (
        <Table
          title="Rows"
          columns={shown}
          rows={rows.map((row) => cellsOf(row, shown))}
          total={last?.total ?? rows.length}
          links={links}
          elsewhere="more below"
        />
      ) : null}
      {last?.total && inAll !== null && inAll > last.total ? (
        <p class="meta">
          The tool read {count(last.total)} of {count(inAll)}. Narrow the question to see the others.
        </p>
      ) : null}
      {state.value === "loading" ? <p class="meta">Loading rows…</p> : null}
      {state.value !== "loading" && state.value !== "ready" ? <p class="meta error">Rows could not be read: {visible(state.value)}</p> : null}
      <div class="row-actions">
        {next !== null && state.value !== "loading" ? (
          <button type="button" class="button" onClick={() => void load(next)}>{state.value === "ready" ? "More rows" : "Try again"}</button>
        ) : null}
        {rows.length > 0 ? (
          <a class="button" href={evidencePath(threadId, evidenceId, "csv")} download={`${evidenceId}.csv`}>Download CSV</a>
        ) : null}
        {last ? <JsonDownload threadId={threadId} evidenceId={evidenceId} /> : null}
      </div>
      {rows.length > 0 ? <Raw title="These rows as JSON" what="rows" value={rows} /> : null}
      {last && hasContent(last.output) ? <Raw title="Everything else in this result" what="result" value={last.output} /> : null}
    </div>
  );
}

// The service gives JSON by the page; the file has all of them.
function JsonDownload({ threadId, evidenceId }: { readonly threadId: string; readonly evidenceId: string }): VNode {
  const state = useSignal<"ready" | "loading" | string>("ready");
  const save = async (): Promise<void> => {
    state.value = "loading";
    try {
      const whole = await wholeEvidence(threadId, evidenceId);
      saveAs(`${evidenceId}.json`, new Blob([JSON.stringify(whole, null, 2)], { type: "application/json" }));
      state.value = "ready";
    } catch (error) {
      state.value = error instanceof Error ? error.message : String(error);
    }
  };
  const failed = state.value !== "ready" && state.value !== "loading";
  return (
    <>
      <button type="button" class="button" disabled={state.value === "loading"} onClick={() => void save()}>
        {state.value === "loading" ? "Reading all rows…" : "Download JSON"}
      </button>
      {failed ? <p class="meta error" role="alert">It could not be read: {visible(state.value)}</p> : null}
    </>
  );
}

function saveAs(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

interface RawProps {
  readonly title: string;
  readonly what: string;
  readonly value: Json;
}

function Raw({ title, what, value }: RawProps): VNode {
  const open = useSignal(false);
  return (
    <details class="fold" onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>{title}</summary>
      {open.value ? <JsonBlock value={value} what={what} /> : null}
    </details>
  );
}

const hasContent = (value: Json): boolean =>
  value !== null && (typeof value !== "object" || Object.keys(value).length > 0);
