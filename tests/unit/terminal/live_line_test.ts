import { assertEquals } from "@std/assert";
import { LiveLine } from "../../../src/terminal/live_line.ts";

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

Deno.test("LiveLine: redraws in place", () => {
  const { line, take } = terminal(20);
  line.draw("██ one", 6);
  assertEquals(take(), "██ one");
  line.draw("two", 3);
  assertEquals(take(), "\r\x1b[Jtwo");
});

Deno.test("LiveLine: prints text above the line", () => {
  const { line, take } = terminal(20);
  line.draw("live", 4);
  line.print("trouble");
  line.draw("live", 4);
  assertEquals(take(), "live\r\x1b[Jtrouble\nlive");
});

Deno.test("LiveLine: erases a line that a narrower terminal has wrapped", () => {
  const { line, state, take } = terminal(20);
  line.draw("x".repeat(19), 19);
  state.columns = 8;
  take();
  line.draw("short", 5);
  assertEquals(take(), "\x1b[A\x1b[A\r\x1b[Jshort");
});

Deno.test("LiveLine: draws nothing after it is disposed", () => {
  const { line, take } = terminal(20);
  line.draw("live", 4);
  line[Symbol.dispose]();
  take();
  line.draw("late", 4);
  assertEquals(take(), "");
});

Deno.test("LiveLine: ignores a closed terminal", () => {
  const line = new LiveLine({
    write() {
      throw new Deno.errors.BrokenPipe("gone");
    },
    columns: () => 80,
  });
  line.draw("live", 4);
  line.print("trouble");
});
