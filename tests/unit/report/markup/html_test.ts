import { assertEquals } from "@std/assert";
import {
  escapeHtml,
  jsonInHtml,
  markup,
} from "../../../../src/report/markup/html.ts";

Deno.test("markup: escapes what is put in, and leaves its own text", () => {
  assertEquals(
    `${markup`<p title="${`"'<>&`}">${"<b>"}${markup`<i>${"&"}</i>`}${null}${[
      markup`1`,
      markup`2`,
    ]}</p>`}`,
    '<p title="&quot;&#39;&lt;&gt;&amp;">&lt;b&gt;<i>&amp;</i>12</p>',
  );
});

Deno.test("markup: takes out its own line breaks, not those of a text", () => {
  assertEquals(
    `${markup`
      <p>one
        two</p>
      <p
        id="x">${"a\n b"}</p>
    `}`,
    '<p>one two</p><p id="x">a\\n b</p>',
  );
});

Deno.test("escapeHtml: shows control characters and those of direction as codes", () => {
  assertEquals(
    escapeHtml("\u202ex\u2066\u001b[31m\u0000\u2028"),
    "\\u202ex\\u2066\\u001b[31m\\u0000\\u2028",
  );
});

Deno.test("jsonInHtml: cannot end its element, and means the same", () => {
  const value = { text: "</script><!--&\u2028" };
  const json = jsonInHtml(value);
  assertEquals(/[<>&\u2028]/.test(json), false);
  assertEquals(JSON.parse(json), value);
});
