// The order of the rows of a table that somebody sorted by a column. Rows without a value come
// last whichever way the others go, and rows that are alike keep their order.
import type { ColumnKind, Json } from "../protocol";
import { lastName } from "../ui/words";

export interface Sorting {
  /** The place of the column. */
  readonly column: number;
  readonly direction: "ascending" | "descending";
}

const SEVERITIES = ["informational", "low", "medium", "high", "critical"];
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** What a click on a column's head makes of the sorting: up, down, and as it came. */
export function sortedBy(before: Sorting | null, column: number, kind: ColumnKind): Sorting | null {
  // What is worst, most or newest is looked for first.
  const first = kind === "text" || kind === "resource" ? "ascending" : "descending";
  if (before?.column !== column) return { column, direction: first };
  if (before.direction !== first) return null;
  return { column, direction: first === "ascending" ? "descending" : "ascending" };
}

export function inOrder(rows: readonly (readonly Json[])[], sorting: Sorting | null, kind: ColumnKind): readonly (readonly Json[])[] {
  if (!sorting) return rows;
  const { column, direction } = sorting;
  const sign = direction === "ascending" ? 1 : -1;
  return rows.toSorted((one, other) => {
    const [a, b] = [one[column] ?? null, other[column] ?? null];
    const absent = Number(isAbsent(a)) - Number(isAbsent(b));
    return absent !== 0 ? absent : sign * compared(a, b, kind);
  });
}

const isAbsent = (value: Json): boolean => value === null || value === "";

function compared(a: Json, b: Json, kind: ColumnKind): number {
  if (isAbsent(a)) return 0;
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [one, other] = [words(a), words(b)];
  switch (kind) {
    case "severity":
      return SEVERITIES.indexOf(one.toLowerCase()) - SEVERITIES.indexOf(other.toLowerCase()) || collator.compare(one, other);
    case "instant":
      return Date.parse(one) - Date.parse(other) || collator.compare(one, other);
    case "resource":
      return collator.compare(lastName(one), lastName(other));
    default:
      return collator.compare(one, other);
  }
}

const words = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));
