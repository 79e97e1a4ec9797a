import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { readText } from "../../../src/platform/guarded/async_files.ts";
import {
  MAX_STATE_BYTES,
  readState,
  STATE_FILE,
} from "../../../src/sessions/state_file.ts";
import { StateWriter } from "../../../src/sessions/state_writer.ts";
import { event } from "../../support/events.ts";
import { tempFolder } from "../../support/temp.ts";
import { withTotals } from "../../support/totals.ts";

/** Writes the state of a session whose device takes many bytes. */
function writeState(folder: string): string {
  const device = "\n".repeat(100_000);
  const store = withTotals((totals) =>
    new StateWriter({
      folder,
      log: join(folder, "session.log"),
      totals,
      redact: (text) => text,
      onError: (error) => {
        throw error;
      },
    })
  );
  store.emit(event("session_start", { device }));
  return Deno.readTextFileSync(join(folder, STATE_FILE));
}

Deno.test("readState: reads a state up to its limit, and nothing larger", async () => {
  using folder = tempFolder();
  const path = join(folder.path, STATE_FILE);
  const text = writeState(folder.path);
  const bytes = new TextEncoder().encode(text).length;
  // No recorder comes near it.
  assertEquals(bytes < MAX_STATE_BYTES / 2, true, `${bytes}`);
  const session = readState(folder.path)?.session_id;
  assertEquals(typeof session, "string");
  const padded = text + " ".repeat(MAX_STATE_BYTES - bytes);
  Deno.writeTextFileSync(path, padded);
  assertEquals(readState(folder.path)?.session_id, session);
  assertEquals(await readText(path, MAX_STATE_BYTES), padded);
  Deno.writeTextFileSync(path, `${padded} `);
  assertEquals(readState(folder.path), null);
  // Retention reads it by this.
  await assertRejects(() => readText(path, MAX_STATE_BYTES), Error, "64");
});
