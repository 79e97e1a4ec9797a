import { assert, assertEquals } from "@std/assert";
import { LineWriter } from "../../../src/terminal/line_writer.ts";

Deno.test("LineWriter: writes whole lines in order with few writes", () => {
  let text = "";
  let writes = 0;
  const decoder = new TextDecoder();
  const writer = new LineWriter({
    writeSync(bytes) {
      writes++;
      const some = bytes.subarray(0, 50_000);
      text += decoder.decode(some, { stream: true });
      return some.length;
    },
  });
  const lines = Array.from({ length: 20_000 }, (_, n) => `ü line ${n}`);
  for (const line of lines) writer.write(line);
  writer.flush();
  writer.flush();
  assertEquals(text, `${lines.join("\n")}\n`);
  assert(writes < 20, `${writes}`);
});
