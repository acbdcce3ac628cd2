// Rows and columns with a header that stays and sorts, saying how many of how many are shown.
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Column, Json } from "../protocol";
import { visible } from "../markdown/plain";
import { count, counted } from "../ui/words";
import { cell, isNumeric } from "./cell";
import type { PortalLinks } from "./portal";
import { inOrder, sortedBy, type Sorting } from "./sorted";

export interface TableProps {
  readonly title: string;
  readonly columns: readonly Column[];
  /** Cells in column order. */
  readonly rows: readonly (readonly Json[])[];
  readonly total: number;
  readonly links: PortalLinks;
  /** Where the rows are that are not shown, in words. */
  readonly elsewhere: string;
}

export function Table({ title, columns, rows, total, links, elsewhere }: TableProps): VNode {
  const sorting = useSignal<Sorting | null>(null);
  const kind = columns[sorting.value?.column ?? 0]?.type ?? "text";
  const part = total > rows.length;
  const rest = elsewhere === "" ? "" : `, ${elsewhere}`;
  const of = part ? `${count(rows.length)} of ${count(total)}${sorting.value ? " sorted" : ""}${rest}` : counted(rows.length, "row");
  return (
    <figure class="table">
      <figcaption>
        <span>{visible(title)}</span>
        <span class="of">{of}</span>
      </figcaption>
      <div class="scroll" tabIndex={0} role="group" aria-label={visible(title)}>
        <table>
          <thead>
            <tr>
              {columns.map((column, place) => (
                <Head
                  column={column}
                  direction={sorting.value?.column === place ? sorting.value.direction : undefined}
                  sort={rows.length > 1 ? () => (sorting.value = sortedBy(sorting.value, place, column.type)) : null}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {inOrder(rows, sorting.value, kind).map((row) => (
              <tr>
                {columns.map((column, index) => (
                  <td class={isNumeric(column.type) ? "right" : undefined}>{cell(row[index], column.type, links)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

interface HeadProps {
  readonly column: Column;
  readonly direction: Sorting["direction"] | undefined;
  /** None where there is nothing to sort. */
  readonly sort: (() => void) | null;
}

function Head({ column, direction, sort }: HeadProps): VNode {
  const label = visible(column.label);
  return (
    <th scope="col" class={isNumeric(column.type) ? "right" : undefined} aria-sort={direction}>
      {sort ? (
        <button type="button" class="sort" data-direction={direction} onClick={sort} title="Sort the rows shown">
          {label}
        </button>
      ) : (
        label
      )}
    </th>
  );
}
