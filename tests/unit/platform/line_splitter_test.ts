import { assertEquals } from "@std/assert";
import {
  LineSplitter,
  readLines,
} from "../../../src/platform/line_splitter.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("LineSplitter: returns the same lines however the bytes are split", () => {
  const bytes = encode("eins\nzwei ü €\r\n\nlast");
  for (let size = 1; size <= bytes.length; size++) {
    const splitter = new LineSplitter();
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      lines.push(...splitter.push(bytes.subarray(at, at + size)));
    }
    lines.push(...splitter.end());
    assertEquals(lines, ["eins", "zwei ü €", "", "last"], `size ${size}`);
  }
});

Deno.test("LineSplitter: keeps a partial line when the caller reuses its buffer", () => {
  const splitter = new LineSplitter();
  const buffer = encode("half a ");
  splitter.push(buffer);
  buffer.fill(0x21);
  assertEquals(splitter.push(encode("line\n")), ["half a line"]);
});

Deno.test("LineSplitter: truncates a line over the limit and reports its length", () => {
  const splitter = new LineSplitter(10);
  assertEquals(splitter.push(encode("x".repeat(5_000_000))), []);
  assertEquals(splitter.push(encode("\nnext\n")), [
    "xxxxxxxxxx … (5000000 bytes)",
    "next",
  ]);
});

Deno.test("LineSplitter: replaces bytes that are not UTF-8", () => {
  const splitter = new LineSplitter();
  const lines = splitter.push(new Uint8Array([0x61, 0xff, 0xfe, 0x62, 0x0a]));
  assertEquals(lines, ["a\ufffd\ufffdb"]);
});

Deno.test("readLines: reads a stream to its end, including an unterminated last line", async () => {
  const stream = bytes((controller) => {
    controller.enqueue(encode("a\nb"));
    controller.enqueue(encode("c\nd"));
    controller.close();
    // A pending read has to end.
    controller.byobRequest?.respond(0);
  });
  const lines: string[] = [];
  await readLines(stream, (line) => lines.push(line)).done;
  assertEquals(lines, ["a", "bc", "d"]);
});

Deno.test("readLines: stops on cancel before the stream ends", async () => {
  const lines: string[] = [];
  const stream = bytes((controller) => controller.enqueue(encode("a\nb")));
  const reading = readLines(stream, (line) => lines.push(line));
  await reading.cancel();
  await reading.done;
  assertEquals(lines[0], "a");
});

/** A stream of bytes, as a process's output is. */
function bytes(
  start: (controller: ReadableByteStreamController) => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream({ type: "bytes", start });
}
