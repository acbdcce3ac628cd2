// Messages on their way to the service. Each keeps the ids of its commands, so that after a lost
// connection or a reload the same commands are sent again and nothing runs twice.
import { freshId } from "../wire/ids";

/** What went wrong, for people, and a name to report. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

export interface Send {
  /** Of the command that creates the thread; used when the thread is new. */
  readonly createId: string;
  /** Of the command that starts the run. */
  readonly startId: string;
  readonly messageId: string;
  /** None until the thread exists. */
  readonly threadId: string | null;
  readonly text: string;
  readonly at: number;
  /** The service has taken it; it goes when its run shows in the log. */
  readonly accepted: boolean;
  /** Why it was not taken. */
  readonly error: Problem | null;
}

const STORED = "opscopilot.sends";
/** Replies are repeatable for 24 h; an older message is not sent again by itself. */
const REPEATABLE_MS = 20 * 60 * 60 * 1000;

export function newSend(text: string, threadId: string | null): Send {
  return {
    createId: freshId(),
    startId: freshId(),
    messageId: freshId(),
    threadId,
    text,
    at: Date.now(),
    accepted: false,
    error: null,
  };
}

/** The same message under a fresh command; the message id still prevents a second run. */
export function retried(send: Send): Send {
  return { ...send, startId: freshId(), createId: freshId(), error: null, at: Date.now() };
}

/** What this tab had not delivered when it was last left. */
export function loadSends(storage: Storage): readonly Send[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(STORED) ?? "[]");
    if (!Array.isArray(stored)) return [];
    return stored.filter(isSend).filter((send) => Date.now() - send.at < REPEATABLE_MS);
  } catch {
    return [];
  }
}

export function saveSends(storage: Storage, sends: readonly Send[]): void {
  try {
    storage.setItem(STORED, JSON.stringify(sends.filter((send) => !send.accepted)));
  } catch {
    // Storage that is full or forbidden costs the repeat after a reload, nothing else.
  }
}

function isSend(value: unknown): value is Send {
  if (typeof value !== "object" || value === null) return false;
  const send = value as Partial<Send>;
  return [send.createId, send.startId, send.messageId, send.text].every((field) => typeof field === "string");
}
