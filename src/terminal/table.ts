/**
 * Renders tables as plain text.
 *
 * @module
 */

import { oneLine } from "../errors.ts";
import { padEnd, padStart, widthOf } from "./width.ts";

/** A column of a table. */
export interface Column<T> {
  /** Its heading. */
  readonly title: string;
  /** Returns the text of its cell in a row. */
  readonly cell: (row: T) => string;
  /** Whether it is aligned right, for numbers. */
  readonly alignRight?: boolean;
  /** Columns with the greatest numbers are omitted first on a narrow terminal; one without a number stays. */
  readonly spare?: number;
}

const SEPARATOR = "  ";

/**
 * Lays out a table.
 *
 * @param columns The columns, left to right.
 * @param room Width of the terminal.
 * @returns its lines, the headings first, without trailing spaces.
 */
export function renderTable<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  room: number,
): string[] {
  const laid = columns.map((column) => {
    // File names may hold control characters.
    const cells = rows.map((row) => oneLine(column.cell(row)));
    const width = cells.reduce(
      (most, cell) => Math.max(most, widthOf(cell)),
      widthOf(column.title),
    );
    return { column, cells, width };
  });
  const kept = fitting(laid, room);
  const line = (texts: readonly string[]) =>
    kept.map(({ column, width }, index) => {
      const text = texts[index] ?? "";
      return column.alignRight ? padStart(text, width) : padEnd(text, width);
    }).join(SEPARATOR).trimEnd();
  return [
    line(kept.map(({ column }) => column.title)),
    ...rows.map((_, row) => line(kept.map(({ cells }) => cells[row] ?? ""))),
  ];
}

function fitting<C extends { column: { spare?: number }; width: number }>(
  laid: readonly C[],
  room: number,
): readonly C[] {
  const width = laid.reduce((sum, { width }) => sum + width, 0) +
    SEPARATOR.length * (laid.length - 1);
  if (width <= room) return laid;
  const [most] = [...laid].sort((one, other) =>
    (other.column.spare ?? 0) - (one.column.spare ?? 0)
  );
  if (most?.column.spare === undefined) return laid;
  return fitting(laid.filter((each) => each !== most), room);
}
