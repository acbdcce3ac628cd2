// Rows and columns with a header that stays, saying how many of how many are shown.
import type { VNode } from "preact";
import type { Column, Json } from "../protocol";
import { visible } from "../markdown/plain";
import { count, counted } from "../ui/words";
import { cell, isNumeric } from "./cell";

export interface TableProps {
  readonly title: string;
  readonly columns: readonly Column[];
  /** Cells in column order. */
  readonly rows: readonly (readonly Json[])[];
  readonly total: number;
}

export function Table({ title, columns, rows, total }: TableProps): VNode {
  return (
    <figure class="table">
      <figcaption>
        <span>{visible(title)}</span>
        <span class="of">{total > rows.length ? `${count(rows.length)} of ${count(total)}` : counted(rows.length, "row")}</span>
      </figcaption>
      <div class="scroll" tabIndex={0} role="region" aria-label={visible(title)}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th scope="col" class={isNumeric(column.type) ? "right" : undefined}>{visible(column.label)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                {columns.map((column, index) => (
                  <td class={isNumeric(column.type) ? "right" : undefined}>{cell(row[index], column.type)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
