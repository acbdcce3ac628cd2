// Values in words: numbers, times, durations, outcomes. One place, so that the page speaks one way.
import type { Coverage, EstateKind, LimitKind, ModelState, Outcome, ToolStatus, Usage } from "../protocol";

const number = new Intl.NumberFormat("en");
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dayAndClock = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const dateAndClock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

const scientific = new Intl.NumberFormat("en", { notation: "scientific", maximumFractionDigits: 2 });
/** More digits than anybody reads. */
const HUGE = 1e15;

export const count = (value: number): string => (Math.abs(value) < HUGE ? number : scientific).format(value);
/** Of 1, as answers write it: `48.3 %`. */
export const share = (value: number): string => `${tenths.format(value * 100)}\u00a0%`;

/** `3 rows`, `1 row`. */
export const counted = (value: number, one: string): string => `${count(value)} ${one}${value === 1 ? "" : "s"}`;

/** The time of day; with the date where that is not today. */
export function time(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : moment(instant);
}

/** The date and the time of day; with the year where that is not this one. */
export function moment(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  return (date.getFullYear() === new Date().getFullYear() ? dayAndClock : dateAndClock).format(date);
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** The last name in an ARM id: what people call the resource. */
export const lastName = (id: string): string => id.split("/").findLast((part) => part !== "") ?? id;

export const STATUS_WORDS: Readonly<Record<ToolStatus | "running", string>> = {
  running: "Running",
  succeeded: "Done",
  rejected: "Rejected",
  denied: "Access denied",
  failed: "Failed",
  cancelled: "Cancelled",
};

export const MODEL_WORDS: Readonly<Record<ModelState, string>> = {
  builtIn: "built in, no key needed",
  ready: "ready",
  degraded: "not answering; the planner stands in",
};

export const ESTATE_WORDS: Readonly<Record<EstateKind, string>> = {
  sample: "Sample estate",
  azure: "Azure",
  custom: "Custom endpoint",
};

const LIMIT_WORDS: Readonly<Record<LimitKind, string>> = {
  steps: "the most model requests a question may take",
  toolCalls: "the most tool calls a question may take",
  workMs: "the time a question may take",
  tokens: "the tokens a question may use",
  invalidCalls: "three wrong tool calls of the same kind",
};

export interface OutcomeWords {
  readonly tone: "info" | "warning" | "error";
  readonly title: string;
  readonly text: string;
  readonly code: string;
}

/** An outcome worth a line of its own; an answer needs none. */
export function outcomeWords(outcome: Outcome): OutcomeWords | null {
  switch (outcome.kind) {
    case "completed":
      return null;
    case "cancelled":
      return { tone: "info", title: "Cancelled", text: "What was found so far is kept.", code: "" };
    case "limitReached": {
      const limit = LIMIT_WORDS[outcome.limit] ?? outcome.limit;
      return { tone: "warning", title: "Limit reached", text: `It reached ${limit}. What was found so far is above.`, code: outcome.limit };
    }
    case "failed":
      return { tone: "error", title: "No answer", text: outcome.message, code: outcome.code };
    default:
      return { tone: "warning", title: "Ended", text: "It ended in a way this page does not know. Reload it.", code: "" };
  }
}

/** What was looked at, as short phrases; none where nothing was. */
export function coverageWords(coverage: Coverage): readonly string[] {
  const rows = coverage.rows ?? 0;
  if (rows === 0 && !coverage.scopes?.length && !coverage.failures?.length) return [];
  const total = coverage.total;
  const scopes = Math.max(coverage.scopesTotal ?? 0, coverage.scopes?.length ?? 0);
  const failures = Math.max(coverage.failuresTotal ?? 0, coverage.failures?.length ?? 0);
  return [
    scopes > 0 ? counted(scopes, "scope") : "",
    typeof total === "number" && total > rows ? `${count(rows)} of ${counted(total, "row")}` : counted(rows, "row"),
    coverage.dataAt ? `data of ${time(coverage.dataAt)}` : "",
    failures > 0 ? `${counted(failures, "scope")} could not be read` : "",
  ].filter((phrase) => phrase !== "");
}

export function usageWords(usage: Usage): string {
  const input = usage.inputTokens ?? 0;
  const output = usage.outputTokens ?? 0;
  return input + output === 0 ? "" : `${count(input)} tokens read, ${count(output)} written`;
}
