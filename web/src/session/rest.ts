// The two REST reads the page makes: earlier events and the rows of an evidence. Answers come from
// the same origin but are checked all the same: a page must not break on a newer server.
import type { EventFrame, Json } from "../protocol";

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
  const path = `/v1/threads/${encodeURIComponent(threadId)}/events`;
  const body = await read(`${path}?before=${encodeURIComponent(before)}&limit=200`);
  const events = Array.isArray(body) ? body : field(body, "events");
  if (!Array.isArray(events)) throw new RestError(200, "badAnswer", "The service sent no events.");
  return (events as EventRecord[]).toSorted((one, other) => one.seq - other.seq);
}

export function evidencePath(threadId: string, evidenceId: string, format: "json" | "csv"): string {
  return `/v1/threads/${encodeURIComponent(threadId)}/evidence/${encodeURIComponent(evidenceId)}?format=${format}`;
}

export async function evidencePage(threadId: string, evidenceId: string, after: number): Promise<EvidencePage> {
  const body = await read(`${evidencePath(threadId, evidenceId, "json")}&after=${after}`);
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

async function read(path: string): Promise<unknown> {
  const answer = await fetch(path, { headers: { accept: "application/json" } });
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
