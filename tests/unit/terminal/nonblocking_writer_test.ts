import { assert, assertEquals } from "@std/assert";
import { LiveLine } from "../../../src/terminal/live_line.ts";
import { NonBlockingWriter } from "../../../src/terminal/nonblocking_writer.ts";

/** A terminal that can be stopped, as by Ctrl-S, and takes three bytes at a time. */
function terminal() {
  const decoder = new TextDecoder();
  const state = { text: "", going: Promise.resolve() };
  const writer = new NonBlockingWriter({
    async write(bytes) {
      await state.going;
      const some = bytes.subarray(0, 3);
      state.text += decoder.decode(some, { stream: true });
      return some.length;
    },
    onIdle: () => line.resume(),
  });
  const line = new LiveLine({
    write: (bytes) => writer.write(bytes),
    isBusy: () => writer.isBusy,
    columns: () => 80,
  });
  return {
    writer,
    line,
    state,
    /** Stops it; the result lets it continue. */
    stop() {
      const { promise, resolve } = Promise.withResolvers<void>();
      state.going = promise;
      return resolve;
    },
  };
}

Deno.test("NonBlockingWriter: does not block on a paused terminal and draws the last line later", async () => {
  const { writer, line, state, stop } = terminal();
  const goOn = stop();
  line.draw("one", 3);
  for (let n = 0; n < 1000; n++) line.draw(`n ${n}`, 4);
  line.print("trouble");
  line.draw("last", 4);
  await writer.settle(1);
  assertEquals([state.text, writer.isBusy], ["", true]);
  goOn();
  while (writer.isBusy) await writer.settle(10_000);
  assertEquals(state.text, "one\r\x1b[Jtrouble\nlast");
});

Deno.test("NonBlockingWriter: limits how much waits for a terminal", async () => {
  const { writer, line, state, stop } = terminal();
  const goOn = stop();
  for (let n = 0; n < 10_000; n++) line.print("x".repeat(99));
  goOn();
  while (writer.isBusy) await writer.settle(10_000);
  assert(state.text.length <= 65_536, `${state.text.length}`);
  line.print("later");
  await writer.settle(10_000);
  assert(state.text.endsWith("later\n"));
});

Deno.test("NonBlockingWriter: ignores a closed terminal", async () => {
  const writer = new NonBlockingWriter({
    write: () => Promise.reject(new Deno.errors.BrokenPipe("gone")),
  });
  writer.write(new Uint8Array(8));
  writer.write(new Uint8Array(8));
  await writer.settle(10_000);
  assertEquals(writer.isBusy, false);
});
