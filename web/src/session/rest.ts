// The two REST reads the page makes: earlier events and the rows of an evidence. Answers come from
// the same origin but are checked all the same: a page must not break on a newer server.
import type { EventFrame, Json } from "../protocol";

/** An event with its place in the log. */
export type EventRecord = Omit<EventFrame, "threadId">;

export interface EvidencePage {
  readonly rows: readonly Json[];
  readonly total: number | null;
  /** Where the next page begins; none on the last one. */
  readonly next: string | null;
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

export async function evidencePage(threadId: string, evidenceId: string, after: string | null): Promise<EvidencePage> {
  const from = after === null ? "" : `&after=${encodeURIComponent(after)}`;
  const body = await read(evidencePath(threadId, evidenceId, "json") + from);
  const rows = Array.isArray(body) ? body : (field(body, "rows") ?? field(body, "items") ?? [field(body, "value") ?? body]);
  const total = field(body, "total");
  const next = field(body, "next") ?? field(body, "nextAfter");
  return {
    rows: Array.isArray(rows) ? (rows as Json[]) : [rows as Json],
    total: typeof total === "number" ? total : null,
    next: typeof next === "string" || typeof next === "number" ? String(next) : null,
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
