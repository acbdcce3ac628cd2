// The list of threads: a page of it over REST, read again whenever something may have changed it.
// The service has no feed of all threads, so what can change the list is watched: the open thread,
// other tabs, a new connection, the page being looked at again, and a slow clock for other people.
import { effect, signal, untracked } from "@preact/signals";
import type { ThreadStanding } from "../protocol";
import { freshId } from "../wire/ids";
import { changeThread, deleteThread, threadPage } from "./rest";
import type { Session } from "./session";

const PAGE = 50;
/** The most the service gives at once. */
const MOST = 500;
const SOON_MS = 150;
const SLOW_MS = 30_000;
const CHANNEL = "opscopilot.threads";

export class Threads {
  readonly listed = signal<readonly ThreadStanding[]>([]);
  /** Whether the archived ones are listed instead. */
  readonly archived = signal(false);
  /** The cursor of the next page; none when all are listed. */
  readonly next = signal<string | null>(null);
  readonly loading = signal(true);
  /** Why the list or a change to it failed; empty when it did not. */
  readonly trouble = signal("");

  readonly #session: Session;
  readonly #channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);
  #soon: ReturnType<typeof setTimeout> | undefined;
  /** Only the answer to the last question counts. */
  #asked = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  start(): void {
    effect(() => {
      if (this.#session.phase.value.kind === "open") untracked(() => this.#changed("here"));
    });
    let before: string | null = null;
    effect(() => {
      const now = this.#fingerprint();
      if (now === null || now === before) return;
      if (before !== null) untracked(() => this.#changed("everywhere"));
      before = now;
    });
    const look = (): void => void (document.visibilityState === "visible" && this.#session.phase.value.kind === "open" && this.#changed("here"));
    this.#channel?.addEventListener("message", () => this.#changed("here"));
    document.addEventListener("visibilitychange", look);
    setInterval(look, SLOW_MS);
  }

  show(which: "active" | "archived"): void {
    this.archived.value = which === "archived";
    this.listed.value = [];
    this.next.value = null;
    void this.#read(null, PAGE);
  }

  more(): void {
    if (this.next.value !== null) void this.#read(this.next.value, PAGE);
  }

  async rename(thread: ThreadStanding, title: string): Promise<void> {
    this.#patch(thread.threadId, (one) => ({ ...one, title }));
    await this.#do(() => changeThread(thread.threadId, { id: freshId(), title }));
  }

  /** Archives a thread, or takes it back. */
  async setArchived(threadId: string, archived: boolean): Promise<void> {
    this.listed.value = this.listed.value.filter((one) => one.threadId !== threadId);
    await this.#do(() => changeThread(threadId, { id: freshId(), archived }));
  }

  async remove(thread: ThreadStanding): Promise<void> {
    const done = await this.#do(() => deleteThread(thread.threadId));
    if (!done) return;
    this.listed.value = this.listed.value.filter((one) => one.threadId !== thread.threadId);
    this.#session.forget(thread.threadId);
  }

  // Of the open thread: what a row of the list shows, and that something was said. None while the
  // thread is on its way.
  #fingerprint(): string | null {
    const thread = this.#session.thread.value;
    if (!thread) return "";
    if (thread.sync !== "live") return null;
    const last = thread.runs.at(-1);
    return [thread.threadId, thread.title, thread.archived, thread.runs.length, last?.phase].join("\0");
  }

  #changed(where: "here" | "everywhere"): void {
    if (where === "everywhere") this.#channel?.postMessage("changed");
    clearTimeout(this.#soon);
    const limit = Math.min(MOST, Math.max(PAGE, this.listed.value.length));
    this.#soon = setTimeout(() => void this.#read(null, limit), SOON_MS);
  }

  async #read(after: string | null, limit: number): Promise<void> {
    const asked = ++this.#asked;
    const archived = this.archived.value;
    this.loading.value = true;
    try {
      const page = await threadPage(archived, after, limit);
      if (asked !== this.#asked) return;
      const known = new Set(page.threads.map((thread) => thread.threadId));
      const kept = after === null ? [] : this.listed.value.filter((thread) => !known.has(thread.threadId));
      this.listed.value = [...kept, ...page.threads];
      this.next.value = page.next;
      this.trouble.value = "";
    } catch (error) {
      if (asked === this.#asked) this.trouble.value = words(error);
    } finally {
      if (asked === this.#asked) this.loading.value = false;
    }
  }

  async #do(change: () => Promise<void>): Promise<boolean> {
    try {
      await change();
      this.#changed("everywhere");
      return true;
    } catch (error) {
      // The list is read again first: what was shown ahead of the answer did not happen.
      await this.#read(null, Math.min(MOST, Math.max(PAGE, this.listed.value.length)));
      this.trouble.value = words(error);
      return false;
    }
  }

  #patch(threadId: string, change: (thread: ThreadStanding) => ThreadStanding): void {
    this.listed.value = this.listed.value.map((one) => (one.threadId === threadId ? change(one) : one));
  }
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));
