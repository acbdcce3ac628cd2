// Joins the connection, the reducer and what is on its way into the signals that the page shows.
// One thread is open at a time; nothing is created until the first message is sent.
import { computed, signal } from "@preact/signals";
import type { Frame, Hello, Notice, Welcome } from "../protocol";
import { fold } from "../thread/fold";
import { reduce } from "../thread/reduce";
import { activeRun, cursor, emptyThread, type ThreadState } from "../thread/state";
import { NoReply } from "../wire/commands";
import { Connection, SUBPROTOCOL, type Phase } from "../wire/connection";
import { freshId } from "../wire/ids";
import { showInAddress, threadInAddress } from "./address";
import { oncePerFrame } from "./frame_clock";
import { eventsBefore, type EventRecord } from "./rest";
import { afterFrame } from "./model_state";
import { withNotice, withoutStale } from "./notices";
import { loadSends, newSend, retried, saveSends, type Problem, type Send } from "./sends";
import { loadTools } from "./tools";

const REPLAYED_EVENTS = 200;
const RESUBSCRIBE_MS = 500;

export class Session {
  readonly phase = signal<Phase>({ kind: "connecting", since: Date.now(), words: "" });
  readonly welcome = signal<Welcome | null>(null);
  /** None while the page shows a thread that does not exist yet. */
  readonly thread = signal<ThreadState | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly notices = signal<readonly Notice[]>([]);
  readonly sends = signal<readonly Send[]>([]);
  /** What is on its way to the open thread. */
  readonly sending = computed(() => this.sends.value.filter((send) => belongs(send, this.thread.value)));

  #latest: ThreadState | null = null;
  #records: EventRecord[] = [];
  #resubscribing: ReturnType<typeof setTimeout> | undefined;
  readonly #publish = oncePerFrame(() => this.#show());
  readonly #connection: Connection;

  constructor(version: string) {
    this.#connection = new Connection({
      open: () => new WebSocket(`${location.origin.replace(/^http/, "ws")}/v1/chat`, SUBPROTOCOL),
      hello: () => hello(version),
      onPhase: (phase) => void (this.phase.value = phase),
      onWelcome: (welcome) => this.#welcomed(welcome),
      onFrame: (frame) => this.#received(frame),
    });
  }

  start(): void {
    this.open(threadInAddress());
    this.sends.value = loadSends(sessionStorage);
    for (const send of this.sends.value) if (!send.error) void this.#deliver(send);
    this.#connection.connect();
    const wake = (): void => void (document.visibilityState === "visible" && this.#connection.wake());
    document.addEventListener("visibilitychange", wake);
    addEventListener("online", wake);
    addEventListener("pageshow", wake);
    addEventListener("popstate", () => this.open(threadInAddress()));
    addEventListener("hashchange", () => this.open(threadInAddress()));
  }

  /** Opens a thread, or the empty page of a new one. */
  open(threadId: string | null): void {
    const before = this.#latest?.threadId ?? null;
    if (before === threadId && this.#latest !== null) return;
    if (before !== null) void this.#quietly({ type: "thread.unsubscribe", id: freshId(), threadId: before });
    this.#latest = threadId === null ? null : emptyThread(threadId);
    this.#records = [];
    this.problem.value = null;
    this.#show();
    void this.#subscribe();
  }

  /** The thread was deleted here: nothing of it stays on the page. */
  forget(threadId: string): void {
    this.#keep(this.sends.value.filter((send) => send.threadId !== threadId));
    if (this.#latest?.threadId !== threadId) return;
    showInAddress(null, "replace");
    this.#latest = null;
    this.#records = [];
    this.problem.value = null;
    this.#show();
  }

  reconnect(): void {
    this.#connection.connect();
  }

  send(text: string): void {
    const send = newSend(text, this.#latest?.threadId ?? null);
    this.#keep([...this.sends.value, send]);
    void this.#deliver(send);
  }

  retry(send: Send): void {
    const again = retried(send);
    this.#change(send, again);
    void this.#deliver(again);
  }

  discard(send: Send): void {
    this.#keep(this.sends.value.filter((other) => other.messageId !== send.messageId));
  }

  async cancel(runId: string): Promise<void> {
    const threadId = this.#latest?.threadId;
    if (threadId === undefined) return;
    const reply = await this.#connection.submit({ type: "run.cancel", id: freshId(), threadId, runId }).catch(() => null);
    if (reply && !reply.ok && reply.error?.code !== "alreadyResolved") this.problem.value = reply.error ?? null;
  }

  dismissNotice(notice: Notice): void {
    this.notices.value = this.notices.value.filter((other) => other !== notice);
  }

  /** Loads a page of events from before the first one shown. */
  async loadEarlier(): Promise<void> {
    const state = this.#latest;
    if (!state || state.firstSeq <= state.oldestSeq) return;
    try {
      const older = await eventsBefore(state.threadId, `${state.epoch}:${state.firstSeq}`);
      if (this.#latest?.threadId !== state.threadId || this.#latest.epoch !== state.epoch) return;
      this.#records = [...older.filter((record) => record.seq < state.firstSeq), ...this.#records];
      this.#latest = refolded(this.#latest, this.#records);
      this.#show();
      void this.#subscribe();
    } catch (error) {
      this.problem.value = { code: "events", message: error instanceof Error ? error.message : String(error) };
    }
  }

  #welcomed(welcome: Welcome): void {
    this.welcome.value = welcome;
    void loadTools();
    void this.#subscribe();
  }

  async #subscribe(): Promise<void> {
    const state = this.#latest;
    if (!state || this.phase.value.kind !== "open") return;
    const after = cursor(state);
    const from = after === null ? { last: REPLAYED_EVENTS } : { after };
    const request = { type: "thread.subscribe", id: freshId(), threadId: state.threadId, ...from } as const;
    const reply = await this.#connection.ask(request).catch(() => null);
    if (!reply || reply.ok || this.#latest?.threadId !== state.threadId) return;
    if (after !== null && reply.error?.code === "invalidArgument") {
      this.#latest = emptyThread(state.threadId);
      this.#records = [];
      return this.#subscribe();
    }
    this.problem.value = unopened(reply.error ?? null);
  }

  #received(frame: Frame): void {
    const welcome = this.welcome.value;
    if (welcome) {
      this.welcome.value = afterFrame(welcome, frame);
      this.notices.value = withoutStale(this.notices.value, frame, welcome.model.name);
    }
    if (frame.type === "notice") this.notices.value = withNotice(this.notices.value, frame);
    if (frame.type === "thread.deleted" && frame.threadId === this.#latest?.threadId) {
      this.problem.value = { code: "deleted", message: "This thread was deleted." };
    }
    const before = this.#latest;
    if (!before) return;
    const after = reduce(before, frame);
    if (after === before) return;
    this.#latest = after;
    this.#remember(before, after, frame);
    if (after.sync === "gap") this.#mendGap();
    this.#publish();
  }

  // Kept so that earlier pages can be put before them: the state is always the fold of these.
  #remember(before: ThreadState, after: ThreadState, frame: Frame): void {
    if (frame.type === "thread.subscribed" && after.seq === 0) this.#records = [];
    if (frame.type === "event" && after.seq > before.seq) {
      this.#records.push({ seq: frame.seq, at: frame.at, event: frame.event });
    }
  }

  #mendGap(): void {
    clearTimeout(this.#resubscribing);
    this.#resubscribing = setTimeout(() => void this.#subscribe(), RESUBSCRIBE_MS * Math.random());
  }

  #show(): void {
    this.thread.value = this.#latest;
    const shown = new Set(this.#latest?.runs.map((run) => run.trigger?.messageId));
    const left = this.sends.value.filter((send) => !shown.has(send.messageId));
    if (left.length !== this.sends.value.length) this.#keep(left);
  }

  async #deliver(send: Send): Promise<void> {
    try {
      const threadId = send.threadId ?? (await this.#createThread(send));
      if (threadId === null) return;
      const message = { id: send.messageId, text: send.text };
      const reply = await this.#connection.submit({
        type: "run.start",
        id: send.startId,
        threadId,
        message,
        whenBusy: "queue",
      });
      const current = { ...send, threadId };
      this.#change(send, reply.ok ? { ...current, accepted: true } : { ...current, error: reply.error ?? null });
    } catch (error) {
      if (!(error instanceof NoReply)) throw error;
      this.#change(send, { ...send, error: { code: "connection", message: error.message } });
    }
  }

  async #createThread(send: Send): Promise<string | null> {
    const reply = await this.#connection.submit({ type: "thread.create", id: send.createId, scope: [] });
    const result = reply.result;
    const threadId = typeof result === "object" && result !== null && "threadId" in result ? result["threadId"] : null;
    if (typeof threadId !== "string") {
      const error = reply.error ?? { code: "internal", message: "The service made no thread." };
      this.#change(send, { ...send, error });
      return null;
    }
    const watching = belongs(send, this.#latest);
    this.#change(send, { ...send, threadId });
    if (watching) {
      showInAddress(threadId, "push");
      this.open(threadId);
    }
    return threadId;
  }

  async #quietly(request: Parameters<Connection["ask"]>[0]): Promise<void> {
    await this.#connection.ask(request).catch(() => null);
  }

  #change(send: Send, changed: Send): void {
    this.#keep(this.sends.value.map((other) => (other.messageId === send.messageId ? changed : other)));
    this.#publish();
  }

  #keep(sends: readonly Send[]): void {
    this.sends.value = sends;
    saveSends(sessionStorage, sends);
  }
}

/** Whether the open thread has a run that can be cancelled, and which. */
export function runToCancel(state: ThreadState | null): string | null {
  if (!state) return null;
  return (activeRun(state) ?? state.runs.findLast((run) => run.phase === "queued"))?.runId ?? null;
}

function refolded(state: ThreadState, records: readonly EventRecord[]): ThreadState {
  const { epoch, oldestSeq, sync } = state;
  const start: ThreadState = { ...emptyThread(state.threadId), epoch, oldestSeq, sync };
  const folded = records.reduce((thread, record) => fold(thread, record.event, record.at), start);
  return { ...folded, firstSeq: records[0]?.seq ?? 0, seq: records.at(-1)?.seq ?? 0 };
}

// What the service says of an id that is none is for programs.
function unopened(error: Problem | null): Problem | null {
  if (error?.code !== "notFound" && error?.code !== "invalidArgument") return error;
  return { code: "notFound", message: "There is no such thread here: it may have been deleted, or the link is incomplete." };
}

function belongs(send: Send, thread: ThreadState | null): boolean {
  return send.threadId === (thread?.threadId ?? null);
}

function hello(version: string): Hello {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { client: { name: "opscopilot-web", version }, timeZone, deltas: true };
}
