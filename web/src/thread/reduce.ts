// The one reducer: a pure function from a thread and a frame to the thread after it. It keeps the
// protocol's rules on order: a known seq is dropped, a gap stops the fold until the next
// subscription, another epoch starts over, deltas continue at their byte offset.
import type { Delta, EventFrame, Frame, Subscribed } from "../protocol";
import { byteLength, indexAtByte } from "../wire/utf8";
import { fold, forgetUnfinished, withRun } from "./fold";
import { emptyThread, type Message, type Run, type ThreadState } from "./state";

/** The thread after `frame`. Frames of other threads and of no thread change nothing. */
export function reduce(state: ThreadState, frame: Frame): ThreadState {
  switch (frame.type) {
    case "thread.subscribed":
      return frame.threadId === state.threadId ? subscribed(state, frame) : state;
    case "event":
      return frame.threadId === state.threadId ? appended(state, frame) : state;
    case "delta":
      return frame.threadId === state.threadId ? streamed(state, frame) : state;
    case "thread.caughtUp":
      return frame.threadId === state.threadId ? caughtUp(state, frame.seq) : state;
    default:
      return state;
  }
}

function subscribed(state: ThreadState, frame: Subscribed): ThreadState {
  const goesOn = state.epoch === frame.epoch && continues(state, frame);
  const base = goesOn ? forgetUnfinished(state) : emptyThread(state.threadId);
  return { ...base, epoch: frame.epoch, oldestSeq: frame.oldestSeq, sync: "replaying" };
}

// A log that lost what comes next, or that is shorter than what was folded, cannot be continued.
function continues(state: ThreadState, frame: Subscribed): boolean {
  return state.seq + 1 >= frame.oldestSeq && state.seq <= frame.headSeq;
}

function appended(state: ThreadState, frame: EventFrame): ThreadState {
  if (state.sync === "idle" || state.sync === "gap" || frame.seq <= state.seq) return state;
  if (state.seq > 0 && frame.seq > state.seq + 1) return { ...state, sync: "gap" };
  const firstSeq = state.firstSeq === 0 ? frame.seq : state.firstSeq;
  return { ...fold(state, frame.event, frame.at), firstSeq, seq: frame.seq };
}

function caughtUp(state: ThreadState, seq: number): ThreadState {
  if (state.sync !== "replaying") return state;
  return { ...state, sync: seq > state.seq ? "gap" : "live" };
}

function streamed(state: ThreadState, delta: Delta): ThreadState {
  if (state.sync === "idle" || state.sync === "gap") return state;
  const run = state.runs.findLast((candidate) => candidate.runId === delta.runId);
  const known = run?.items.find((item) => item.kind === "message" && item.messageId === delta.messageId);
  const message = known?.kind === "message" ? known : null;
  if (message?.stored || run?.phase === "finished") return state;
  const have = message?.bytes ?? 0;
  if (delta.offset > have) return { ...state, sync: "gap" };
  const text = delta.text.slice(indexAtByte(delta.text, have - delta.offset));
  if (text === "" && message) return state;
  return withRun(state, delta.runId, "", (one) => grown(one, delta.messageId, text));
}

function grown(run: Run, messageId: string, text: string): Run {
  const index = run.items.findIndex((item) => item.kind === "message" && item.messageId === messageId);
  const item = run.items[index];
  const before = item?.kind === "message" ? item : null;
  const message: Message = {
    kind: "message",
    messageId,
    text: (before?.text ?? "") + text,
    bytes: (before?.bytes ?? 0) + byteLength(text),
    stored: null,
  };
  return { ...run, items: before ? run.items.with(index, message) : [...run.items, message] };
}
