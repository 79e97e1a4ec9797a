import { assertEquals } from "@std/assert";
import { type Column, renderTable } from "../../../src/terminal/table.ts";

const COLUMNS: readonly Column<[string, number]>[] = [
  { title: "NAME", cell: ([name]) => name },
  {
    title: "N",
    cell: ([, number]) => String(number),
    alignRight: true,
    spare: 1,
  },
  { title: "END", cell: () => "x", spare: 2 },
];

Deno.test("renderTable: fits columns to their widest cell and aligns numbers right", () => {
  assertEquals(renderTable([["a", 5], ["日本語", 12]], COLUMNS, 80), [
    "NAME     N  END",
    "a        5  x",
    "日本語  12  x",
  ]);
});

Deno.test("renderTable: drops the least important columns when there is no room", () => {
  const rows: [string, number][] = [["alphabet", 1]];
  assertEquals(renderTable(rows, COLUMNS, 15), ["NAME      N", "alphabet  1"]);
  assertEquals(renderTable(rows, COLUMNS, 9), ["NAME", "alphabet"]);
  assertEquals(renderTable(rows, COLUMNS, 3), ["NAME", "alphabet"]);
});
