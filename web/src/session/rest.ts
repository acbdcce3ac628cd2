// What the page asks over REST: earlier events, the rows of an evidence, the list of threads and
// changes to it, what can be asked. Answers come from the same origin but are checked all the same:
// a page must not break on a newer server.
import type { EventFrame, Json, ThreadStanding } from "../protocol";

/** An event with its place in the log. */
export type EventRecord = Omit<EventFrame, "threadId">;

export interface EvidencePage {
  readonly tool: string;
  /** What there is besides the rows. */
  readonly output: Json;
  readonly rows: readonly Json[];
  readonly total: number | null;
  /** How many rows come before the next page; none on the last one. */
  readonly next: number | null;
}

export interface ThreadPage {
  /** The last touched first. */
  readonly threads: readonly ThreadStanding[];
  /** The cursor of the next page; none on the last one. */
  readonly next: string | null;
}

/** A tool as far as the page speaks of it. */
export interface ToolCard {
  readonly name: string;
  readonly title: string;
  readonly pillar: string;
  readonly description: string;
  /** How operators ask for it. */
  readonly asks: readonly string[];
}

/** An answer that is not 2xx, in the server's words where it has any. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export async function eventsBefore(threadId: string, before: string): Promise<readonly EventRecord[]> {
  const body = await read(`${threadPath(threadId)}/events?before=${encodeURIComponent(before)}&limit=200`);
  const events = Array.isArray(body) ? body : field(body, "events");
  if (!Array.isArray(events)) throw new RestError(200, "badAnswer", "The service sent no events.");
  return (events as EventRecord[]).toSorted((one, other) => one.seq - other.seq);
}

export function evidencePath(threadId: string, evidenceId: string, format: "json" | "csv"): string {
  return `${threadPath(threadId)}/evidence/${encodeURIComponent(evidenceId)}?format=${format}`;
}

/** The most rows of a page of evidence. */
const EVIDENCE_ROWS = 1_000;

/** All of an evidence, page after page. */
export async function wholeEvidence(threadId: string, evidenceId: string): Promise<EvidencePage> {
  const first = await evidencePage(threadId, evidenceId, 0, EVIDENCE_ROWS);
  const rows = [...first.rows];
  let next = first.next;
  while (next !== null && next === rows.length) {
    const page: EvidencePage = await evidencePage(threadId, evidenceId, next, EVIDENCE_ROWS);
    rows.push(...page.rows);
    next = page.rows.length > 0 ? page.next : null;
  }
  return { ...first, rows, next: null };
}

export async function evidencePage(threadId: string, evidenceId: string, after: number, limit = 100): Promise<EvidencePage> {
  const body = await read(`${evidencePath(threadId, evidenceId, "json")}&after=${after}&limit=${limit}`);
  const rows = field(body, "rows");
  const total = field(body, "total");
  const next = field(body, "next");
  return {
    tool: asText(field(body, "tool"), ""),
    output: (field(body, "output") ?? null) as Json,
    rows: Array.isArray(rows) ? (rows as Json[]) : [],
    total: typeof total === "number" ? total : null,
    next: typeof next === "number" ? next : null,
  };
}

/** A page of threads; `after` is the cursor of the page before. */
export async function threadPage(archived: boolean, after: string | null, limit: number): Promise<ThreadPage> {
  const from = after === null ? "" : `&after=${encodeURIComponent(after)}`;
  const body = await read(`/v1/threads?archived=${archived}&limit=${limit}${from}`);
  const threads = field(body, "threads");
  const next = field(body, "next");
  return {
    threads: Array.isArray(threads) ? (threads as ThreadStanding[]).filter((thread) => typeof thread?.threadId === "string") : [],
    next: typeof next === "string" ? next : null,
  };
}

/** Renames a thread, archives it or takes it back; `id` makes a repeat harmless. */
export async function changeThread(threadId: string, change: { readonly id: string; readonly title?: string; readonly archived?: boolean }): Promise<void> {
  const headers = { "content-type": "application/json" };
  await request(threadPath(threadId), { method: "PATCH", headers, body: JSON.stringify(change) });
}

/** Deletes a thread and its evidence; one that is gone already counts as deleted. */
export async function deleteThread(threadId: string): Promise<void> {
  await request(threadPath(threadId), { method: "DELETE" }).catch((error: unknown) => {
    if (!(error instanceof RestError && error.status === 404)) throw error;
  });
}

export function exportPath(threadId: string, format: "md" | "json"): string {
  return `${threadPath(threadId)}/export?format=${format}`;
}

/** What can be asked here, in the order of the catalogue; tools that nobody asks for are left out. */
export async function toolCards(): Promise<readonly ToolCard[]> {
  const tools = field(await read("/v1/tools"), "tools");
  if (!Array.isArray(tools)) return [];
  return tools
    .map((tool: unknown): ToolCard => {
      const asks = field(tool, "asks");
      return {
        name: asText(field(tool, "name"), ""),
        title: asText(field(tool, "title"), ""),
        pillar: asText(field(tool, "pillar"), ""),
        description: asText(field(tool, "description"), ""),
        asks: Array.isArray(asks) ? asks.filter((ask) => typeof ask === "string") : [],
      };
    })
    .filter((tool) => tool.asks.length > 0);
}

const threadPath = (threadId: string): string => `/v1/threads/${encodeURIComponent(threadId)}`;

const read = (path: string): Promise<unknown> => request(path, {});

async function request(path: string, init: RequestInit): Promise<unknown> {
  const headers = { accept: "application/json", ...init.headers };
  const answer = await fetch(path, { ...init, headers }).catch(() => {
    throw new RestError(0, "connection", "The service cannot be reached.");
  });
  const body: unknown = await answer.json().catch(() => null);
  if (answer.ok) return body;
  const error = field(body, "error") ?? body;
  throw new RestError(
    answer.status,
    asText(field(error, "code"), `http${answer.status}`),
    asText(field(error, "message"), `The service answered ${answer.status}.`),
  );
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

const asText = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);
