import { assertEquals } from "@std/assert";
import { LiveLine } from "../../src/ui/live_line.ts";

function terminal(columns: number) {
  let text = "";
  const decoder = new TextDecoder();
  const state = { columns };
  const line = new LiveLine({
    // Never more than three bytes at a time.
    write(bytes) {
      const some = bytes.subarray(0, 3);
      text += decoder.decode(some, { stream: true });
      return some.length;
    },
    columns: () => state.columns,
  });
  return {
    line,
    state,
    take() {
      const taken = text;
      text = "";
      return taken;
    },
  };
}

Deno.test("a line is drawn in the place of the one before", () => {
  const { line, take } = terminal(20);
  line.draw("██ one", 6);
  assertEquals(take(), "██ one");
  line.draw("two", 3);
  assertEquals(take(), "\r\x1b[Jtwo");
});

Deno.test("what is printed stands above the line, which comes back", () => {
  const { line, take } = terminal(20);
  line.draw("live", 4);
  line.print("trouble");
  line.draw("live", 4);
  assertEquals(take(), "live\r\x1b[Jtrouble\nlive");
});

Deno.test("a line that a narrower terminal has broken is erased as a whole", () => {
  const { line, state, take } = terminal(20);
  line.draw("x".repeat(19), 19);
  state.columns = 8;
  take();
  line.draw("short", 5);
  assertEquals(take(), "\x1b[A\x1b[A\r\x1b[Jshort");
});

Deno.test("a line that was taken away is not drawn again", () => {
  const { line, take } = terminal(20);
  line.draw("live", 4);
  line[Symbol.dispose]();
  take();
  line.draw("late", 4);
  assertEquals(take(), "");
});

Deno.test("a terminal that is gone stops nobody", () => {
  const line = new LiveLine({
    write() {
      throw new Deno.errors.BrokenPipe("gone");
    },
    columns: () => 80,
  });
  line.draw("live", 4);
  line.print("trouble");
});
