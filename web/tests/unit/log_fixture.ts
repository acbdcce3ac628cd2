// A thread's log as a server would write it, and the frames that tell it.
import type { Event, EventFrame, Frame, Subscribed } from "../../src/protocol";

export const THREAD = "t1";
export const EPOCH = "epoch-1";

const usage = { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 };
const coverage = { scopes: [], rows: 0, failures: [] };
const limits = { steps: 16, toolCalls: 25, pagesPerList: 8, workMs: 120_000, tokens: 400_000 };

export function started(runId: string, text: string): Event {
  const trigger = { kind: "message", messageId: `${runId}-question`, text } as const;
  return { type: "runStarted", runId, trigger, by: "me", scope: [], timeZone: "UTC", model: "planner", tools: [], limits };
}

export function said(runId: string, messageId: string, text: string): Event {
  return { type: "assistantMessage", runId, step: 1, messageId, text, finish: "stop", model: "planner", citations: [], unsupported: [] };
}

export function asked(runId: string, callId: string): Event {
  return { type: "toolCallRequested", runId, step: 1, callId, tool: "get_secure_score", title: "Secure score", effect: "read", arguments: {}, evidenceId: "e1" };
}

export function answered(callId: string): Event {
  return { type: "toolCallCompleted", callId, status: "succeeded", evidenceId: "e1", summary: "ok", views: [], modelText: "", coverage, durationMs: 5 };
}

export function finished(runId: string): Event {
  return { type: "runFinished", runId, outcome: { kind: "completed" }, coverage, usage };
}

export const frame = (seq: number, event: Event): EventFrame & { readonly type: "event" } => ({
  type: "event",
  threadId: THREAD,
  seq,
  at: new Date(seq * 1000).toISOString(),
  event,
});

export const subscribed = (headSeq: number, over: Partial<Subscribed> = {}): Frame => ({
  type: "thread.subscribed",
  threadId: THREAD,
  epoch: EPOCH,
  oldestSeq: 1,
  headSeq,
  ...over,
});

export const caughtUp = (seq: number): Frame => ({ type: "thread.caughtUp", threadId: THREAD, seq });

export const delta = (runId: string, messageId: string, offset: number, text: string): Frame => ({
  type: "delta",
  threadId: THREAD,
  runId,
  messageId,
  offset,
  text,
});

/** Two runs, the first with a tool call. */
export const LOG: readonly Event[] = [
  { type: "threadUpdated", title: "", scope: [], by: "me" },
  { type: "threadUpdated", title: "Score", by: "me" },
  started("r1", "What is my score?"),
  said("r1", "m1", "I will look."),
  asked("r1", "c1"),
  answered("c1"),
  said("r1", "m2", "It is 47 % – ünïcödé 🦊 [e1]."),
  finished("r1"),
  started("r2", "And now?"),
  said("r2", "m3", "The same."),
  finished("r2"),
];
