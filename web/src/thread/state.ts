// What a thread looks like once its events are folded. Every value is immutable and shared with the
// state before where it did not change, so that a view re-renders only what an event touched.
import type {
  AssistantMessage,
  Coverage,
  Outcome,
  RunStarted,
  ToolCallCompleted,
  ToolCallRequested,
  Trigger,
  Usage,
} from "../protocol";

/** Where the fold stands: before a subscription, in the replay, live, or behind a gap. */
export type Sync = "idle" | "replaying" | "live" | "gap";

export interface ThreadState {
  readonly threadId: string;
  readonly sync: Sync;
  /** The incarnation of the log; empty before the first subscription. */
  readonly epoch: string;
  /** The first number folded; 0 when there is none. */
  readonly firstSeq: number;
  /** The last number folded; 0 when there is none. */
  readonly seq: number;
  /** The first number the server keeps. */
  readonly oldestSeq: number;
  readonly title: string;
  readonly scope: readonly string[];
  readonly archived: boolean;
  readonly runs: readonly Run[];
  /** Calls by the id of the evidence they made. */
  readonly evidence: { readonly [evidenceId: string]: Call };
}

export interface Run {
  readonly runId: string;
  readonly phase: "queued" | "running" | "finished";
  /** None when the beginning of the run lies before the first event that was loaded. */
  readonly trigger: Trigger | null;
  readonly askedAt: string;
  readonly started: RunStarted | null;
  readonly items: readonly Item[];
  readonly outcome: Outcome | null;
  readonly coverage: Coverage | null;
  readonly usage: Usage | null;
  readonly finishedAt: string | null;
  /** How many times the run went on after a restart. */
  readonly restarts: number;
}

export type Item = Message | Call;

/** What the model says: streaming until `stored` is there. */
export interface Message {
  readonly kind: "message";
  readonly messageId: string;
  readonly text: string;
  /** The length of `text` in UTF-8. */
  readonly bytes: number;
  readonly stored: AssistantMessage | null;
}

/** A tool call: running until `completed` is there. */
export interface Call {
  readonly kind: "call";
  readonly callId: string;
  readonly requested: ToolCallRequested;
  readonly requestedAt: string;
  readonly completed: ToolCallCompleted | null;
}

/** A thread of which nothing is known yet. */
export function emptyThread(threadId: string): ThreadState {
  return {
    threadId,
    sync: "idle",
    epoch: "",
    firstSeq: 0,
    seq: 0,
    oldestSeq: 1,
    title: "",
    scope: [],
    archived: false,
    runs: [],
    evidence: {},
  };
}

/** The run at work; of several the last, because the one before it must have ended. */
export function activeRun(state: ThreadState): Run | null {
  return state.runs.findLast((run) => run.phase === "running") ?? null;
}

/** The cursor after the last event folded, or none where there is nothing to go on from. */
export function cursor(state: ThreadState): string | null {
  return state.epoch !== "" && state.seq > 0 ? `${state.epoch}:${state.seq}` : null;
}
