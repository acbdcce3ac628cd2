// One cell of a table, by the kind of its column. The text is untrusted: it is isolated and never
// read as anything but text.
import type { ComponentChildren } from "preact";
import type { ColumnKind, Json } from "../protocol";
import { visible } from "../markdown/plain";
import { count, counted, lastName, share, time } from "../ui/words";
import type { PortalLinks } from "./portal";
import { PortalLink } from "./portal_link";

const LONGEST = 400;
const NESTED = 48;
/** A short phrase stays on one line, and so does a name that fits into a column. */
const PHRASE = 28;
const WORD = 40;
/** Longer text is shown in two lines; the whole of it on hover and in the CSV. */
const LINE = 60;
const SEVERITIES: ReadonlySet<string> = new Set(["critical", "high", "medium", "low", "informational"]);

export function cell(value: Json | undefined, kind: ColumnKind, links: PortalLinks): ComponentChildren {
  if (value === null || value === undefined || value === "") return <span class="none">–</span>;
  if (typeof value === "number") return kind === "percent" ? share(value) : kind === "number" ? count(value) : String(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "string") return nested(value);
  switch (kind) {
    case "severity":
      return severity(value);
    case "instant":
      return <time class="word" dateTime={value} title={value}>{time(value)}</time>;
    case "resource":
      return resource(value, links.get(value));
    default:
      return words(value);
  }
}

function resource(id: string, link: string | undefined): ComponentChildren {
  const name = lastName(id);
  const shown = <bdi class={name.length <= WORD ? "word" : "long"} title={cut(id)}>{cut(name)}</bdi>;
  if (link === undefined) return shown;
  return (
    <span class={name.length <= WORD ? "word" : undefined}>
      {shown}
      <PortalLink href={link} name={name} />
    </span>
  );
}

// An id is not broken at its hyphens; a sentence may be broken once.
function words(value: string): ComponentChildren {
  if (value.length > LINE) return <bdi class="long" title={cut(value)}>{cut(value)}</bdi>;
  return <bdi class={value.length <= (/\s/.test(value) ? PHRASE : WORD) ? "word" : undefined}>{visible(value)}</bdi>;
}

// Data inside a cell would make a row taller than the screen: its beginning stands for it.
function nested(value: readonly Json[] | { readonly [key: string]: Json }): ComponentChildren {
  const text = JSON.stringify(value);
  if (Array.isArray(value) && value.length > 1) return <bdi title={cut(text)}>{counted(value.length, "item")}</bdi>;
  return <bdi title={cut(text)}>{visible(text.length > NESTED ? `${text.slice(0, NESTED)}…` : text)}</bdi>;
}

/** Whether cells of the kind stand on the right. */
export const isNumeric = (kind: ColumnKind): boolean => kind === "number" || kind === "percent";

function severity(value: string): ComponentChildren {
  const level = value.toLowerCase();
  return (
    <span class="severity" data-level={SEVERITIES.has(level) ? level : undefined}>
      <span class="dot" />
      {cut(value)}
    </span>
  );
}

/** Untrusted text fit for a line. */
export const cut = (text: string): string => visible(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
