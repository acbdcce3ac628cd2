// Rows of evidence as a table: columns a view has named come first, in its order and words; keys
// it left out follow.
import type { Column, Json } from "../protocol";

const MOST_COLUMNS = 24;

export function columnsOf(rows: readonly Json[], named: readonly Column[]): readonly Column[] {
  const keys = new Set<string>();
  for (const row of rows) for (const key of Object.keys(asObject(row))) keys.add(key);
  const known = named.filter((column) => keys.has(column.key));
  for (const column of known) keys.delete(column.key);
  const others = [...keys].map((key): Column => ({ key, label: key, type: numeric(rows, key) ? "number" : "text" }));
  return [...known, ...others].slice(0, MOST_COLUMNS);
}

export function cellsOf(row: Json, columns: readonly Column[]): readonly Json[] {
  const object = asObject(row);
  return columns.map((column) => object[column.key] ?? null);
}

// A row that is no object has one column.
function asObject(row: Json): { readonly [key: string]: Json } {
  return typeof row === "object" && row !== null && !Array.isArray(row) ? (row as { readonly [key: string]: Json }) : { value: row };
}

function numeric(rows: readonly Json[], key: string): boolean {
  const values = rows.map((row) => asObject(row)[key] ?? null).filter((value) => value !== null);
  return values.length > 0 && values.every((value) => typeof value === "number");
}
