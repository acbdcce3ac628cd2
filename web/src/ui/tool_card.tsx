// A tool call: one line while it runs and after, everything about it when opened.
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { StepError, ToolCallCompleted, ToolStatus, View } from "../protocol";
import type { Call } from "../thread/state";
import { visible } from "../markdown/plain";
import { JsonBlock } from "../views/json";
import { instants } from "../views/plot_data";
import { ViewOf } from "../views/view";
import { Icon, type IconName } from "./icons";
import { showEvidence } from "./panel";
import { count, coverageWords, duration, STATUS_WORDS } from "./words";

const STATUS_ICONS: Readonly<Record<ToolStatus, IconName>> = {
  succeeded: "check",
  rejected: "warn",
  denied: "denied",
  failed: "cross",
  cancelled: "square",
};

/** A longer story is not for a glance. */
const MOST_ENTRIES = 6;
/** One or two values make no course over time. */
const FEWEST_VALUES = 3;

interface ToolCardProps {
  readonly call: Call;
  /** Whether its run is over, so that a call without a result has none to come. */
  readonly over: boolean;
}

export function ToolCard({ call, over }: ToolCardProps): VNode {
  const { requested, completed } = call;
  const status = completed?.status ?? (over ? "cancelled" : "running");
  const chosen = useSignal<boolean | null>(null);
  const open = chosen.value ?? opensItself(call);
  const picture = open ? undefined : completed?.views.find(isPicture);
  return (
    <div class="call" data-status={status}>
      <details
        open={open}
        onToggle={(event) => {
          const now = event.currentTarget.open;
          if (now !== open) chosen.value = now;
        }}
      >
        <summary>
          <span class="call-status">
            {status === "running" ? <span class="spinner" /> : <Icon name={STATUS_ICONS[status] ?? "warn"} />}
            <span class="hidden">{STATUS_WORDS[status] ?? status}: </span>
          </span>
          <span class="call-title">{visible(requested.title)}</span>
          <code class="call-tool">{visible(requested.tool)}</code>
          <span class="call-summary">{completed ? visible(completed.error?.message ?? completed.summary) : ""}</span>
          <span class="call-time">{completed ? duration(completed.durationMs) : (STATUS_WORDS[status] ?? status)}</span>
          <Icon name="chevron" />
        </summary>
        {open ? <CallBody call={call} /> : null}
      </details>
      {picture ? (
        <div class="call-picture">
          <ViewOf view={picture} elsewhere={elsewhere(completed, picture)} />
        </div>
      ) : null}
    </div>
  );
}

// What went wrong is worth seeing at once.
const opensItself = ({ completed }: Call): boolean => completed?.status === "denied" || completed?.status === "failed";

// So is what words say badly: a share, a course over time, a short story. The rest is a click away.
function isPicture(view: View): boolean {
  switch (view.kind) {
    case "gauge":
      return true;
    case "timeline":
      return view.entries.length > 0 && view.entries.length <= MOST_ENTRIES;
    case "chart":
      return instants(view.labels) !== null && view.series.flatMap(({ values }) => values).filter(Boolean).length >= FEWEST_VALUES;
    default:
      return false;
  }
}

// What a view shows in part is in the evidence, as far as the tool read it.
function elsewhere(completed: ToolCallCompleted | null, view: View): string {
  const evidenceId = completed?.evidenceId;
  if (!evidenceId) return "";
  const read = completed.coverage?.rows ?? Number.POSITIVE_INFINITY;
  const total = "total" in view ? view.total : 0;
  return read < total ? `${count(read)} in evidence ${evidenceId}` : `the rest in evidence ${evidenceId}`;
}

function CallBody({ call }: { readonly call: Call }): VNode {
  const { requested, completed } = call;
  const raw = useSignal(false);
  const evidenceId = completed?.evidenceId;
  const facts = completed?.coverage ? coverageWords(completed.coverage) : [];
  return (
    <div class="call-body">
      {completed?.error ? <CallError error={completed.error} status={completed.status} /> : null}
      {completed?.summary ? <p>{visible(completed.summary)}</p> : null}
      {completed?.views.map((view) => <ViewOf view={view} elsewhere={elsewhere(completed, view)} />)}
      <div class="call-foot">
        <span class="meta">{facts.join(" · ")}</span>
        {evidenceId ? (
          <button type="button" class="button" onClick={() => showEvidence(evidenceId)}>
            Evidence {evidenceId}
          </button>
        ) : null}
        <button type="button" class="button" aria-pressed={raw.value} onClick={() => (raw.value = !raw.value)}>
          Raw
        </button>
      </div>
      <Arguments call={call} />
      {raw.value && completed ? <JsonBlock value={JSON.parse(JSON.stringify({ requested, completed }))} what="call" /> : null}
    </div>
  );
}

function Arguments({ call }: { readonly call: Call }): VNode {
  const value = call.requested.arguments;
  const empty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  if (empty) return <p class="meta">Called without arguments.</p>;
  return (
    <details class="fold">
      <summary>Arguments</summary>
      <JsonBlock value={value} what="arguments" />
    </details>
  );
}

function CallError({ error, status }: { readonly error: StepError; readonly status: ToolStatus }): VNode {
  return (
    <div class="call-error" data-status={status}>
      <strong>{STATUS_WORDS[status] ?? status}</strong>
      <p>{visible(error.message)}</p>
      <p class="meta">
        <code>{visible(error.code)}</code>
        {error.armRequestId ? (
          <>
            {" "}request id <code>{visible(error.armRequestId)}</code>
          </>
        ) : null}
      </p>
    </div>
  );
}
