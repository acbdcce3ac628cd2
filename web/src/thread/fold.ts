// The fold of one event into a thread: what happened, never whether it may be believed. Order and
// gaps are the business of reduce.ts.
import type { AssistantMessage, Event, RunFinished, RunStarted, ToolCallCompleted, ToolCallRequested } from "../protocol";
import { byteLength } from "../wire/utf8";
import type { Call, Item, Message, Run, ThreadState } from "./state";

/** The thread after `event`. An event of an unknown type changes nothing. */
export function fold(state: ThreadState, event: Event, at: string): ThreadState {
  switch (event.type) {
    case "threadUpdated":
      return {
        ...state,
        title: event.title ?? state.title,
        scope: event.scope ?? state.scope,
        archived: event.archived ?? state.archived,
      };
    case "runQueued":
      return withRun(state, event.runId, at, (run) => ({ ...run, phase: "queued", trigger: event.trigger }));
    case "runStarted":
      return withRun(state, event.runId, at, (run) => started(run, event));
    case "runResumed":
      return withRun(state, event.runId, at, (run) => ({ ...withoutUnfinished(run), restarts: run.restarts + 1 }));
    case "assistantMessage":
      return withRun(state, event.runId, at, (run) => said(run, event));
    case "toolCallRequested":
      return withRun(state, event.runId, at, (run) => asked(run, event, at));
    case "toolCallCompleted":
      return completed(state, event);
    case "runFinished":
      return withRun(state, event.runId, at, (run) => finished(run, event, at));
    default:
      return state;
  }
}

/** The thread without the messages that are not stored yet. */
export function forgetUnfinished(state: ThreadState): ThreadState {
  const runs = state.runs.map(withoutUnfinished);
  return runs.every((run, index) => run === state.runs[index]) ? state : { ...state, runs };
}

/** The thread with `change` made to one run, which is added where it is unknown. */
export function withRun(state: ThreadState, runId: string, at: string, change: (run: Run) => Run): ThreadState {
  const index = state.runs.findLastIndex((run) => run.runId === runId);
  const known = state.runs[index];
  if (!known) return { ...state, runs: [...state.runs, change(emptyRun(runId, at))] };
  const changed = change(known);
  return changed === known ? state : { ...state, runs: state.runs.with(index, changed) };
}

function emptyRun(runId: string, at: string): Run {
  return {
    runId,
    phase: "running",
    trigger: null,
    askedAt: at,
    started: null,
    items: [],
    outcome: null,
    coverage: null,
    usage: null,
    finishedAt: null,
    restarts: 0,
  };
}

function started(run: Run, event: RunStarted): Run {
  return { ...run, phase: "running", trigger: event.trigger, started: event };
}

function said(run: Run, event: AssistantMessage): Run {
  const message: Message = {
    kind: "message",
    messageId: event.messageId,
    text: event.text,
    bytes: byteLength(event.text),
    stored: event,
  };
  const index = run.items.findIndex((item) => isMessage(item, event.messageId));
  const items = index < 0 ? [...run.items, message] : run.items.with(index, message);
  return withoutUnfinished({ ...run, items });
}

function asked(run: Run, event: ToolCallRequested, at: string): Run {
  const call: Call = { kind: "call", callId: event.callId, requested: event, requestedAt: at, completed: null };
  return { ...run, items: [...run.items, call] };
}

// The event names no run: the call is looked for from the end, where it nearly always is.
function completed(state: ThreadState, event: ToolCallCompleted): ThreadState {
  const isCall = (item: Item): item is Call => item.kind === "call" && item.callId === event.callId;
  const run = state.runs.findLast((candidate) => candidate.items.some(isCall));
  const call = run?.items.find(isCall);
  if (!run || !call) return state;
  const done: Call = { ...call, completed: event };
  const next = withRun(state, run.runId, "", (one) => ({
    ...one,
    items: one.items.map((item) => (item === call ? done : item)),
  }));
  const evidenceId = event.evidenceId;
  return evidenceId ? { ...next, evidence: { ...next.evidence, [evidenceId]: done } } : next;
}

function finished(run: Run, event: RunFinished, at: string): Run {
  return {
    ...withoutUnfinished(run),
    phase: "finished",
    outcome: event.outcome,
    coverage: event.coverage,
    usage: event.usage,
    finishedAt: at,
  };
}

function withoutUnfinished(run: Run): Run {
  const items = run.items.filter((item) => item.kind === "call" || item.stored !== null);
  return items.length === run.items.length ? run : { ...run, items };
}

function isMessage(item: Item, messageId: string): item is Message {
  return item.kind === "message" && item.messageId === messageId;
}
