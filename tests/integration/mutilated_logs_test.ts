import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { runCommandLine } from "../../src/cli/run.ts";
import { readFileBlocks } from "../../src/log/read/reader.ts";
import { listKnown } from "../../src/sessions/catalog.ts";
import { summarize } from "../../src/sessions/list_entry.ts";
import { checkPrinted } from "../support/json_schema.ts";
import { tempFolder } from "../support/temp.ts";
import { MUTILATED, type Mutilated } from "./mutilated_logs.ts";

/**
 * Runs a command in this process: a process for each takes too long. JSON that
 * it prints has to match its schema.
 */
async function run(args: readonly string[], home: string) {
  let [text, printed] = ["", ""];
  const decoder = new TextDecoder();
  const before = {
    writeSync: Deno.stdout.writeSync,
    error: console.error,
    home: Deno.env.get("HOME"),
    state: Deno.env.get("XDG_STATE_HOME"),
  };
  Deno.stdout.writeSync = (bytes) => {
    const part = decoder.decode(bytes, { stream: true });
    text += part;
    printed += part;
    return bytes.length;
  };
  console.error = (line: unknown) => void (text += `${line}\n`);
  Deno.env.set("HOME", home);
  Deno.env.set("XDG_STATE_HOME", join(home, "state"));
  try {
    const code = await runCommandLine(args);
    checkPrinted(args, printed);
    return { code, text: text.trimEnd() };
  } finally {
    Deno.stdout.writeSync = before.writeSync;
    console.error = before.error;
    restore("HOME", before.home);
    restore("XDG_STATE_HOME", before.state);
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) Deno.env.delete(name);
  else Deno.env.set(name, value);
}

/** The lines of a report, joined where they were wrapped. */
const asOne = (text: string) => text.replaceAll(/\s+/g, " ");

async function bytesOf(log: Mutilated): Promise<Uint8Array<ArrayBuffer>> {
  const made = await log.make();
  return new Uint8Array(
    typeof made === "string" ? new TextEncoder().encode(made) : made,
  );
}

Deno.test("mutilated logs: there are at least thirty, each of its own kind", () => {
  const names = new Set(MUTILATED.map(({ name }) => name));
  assertEquals(names.size, MUTILATED.length);
  assert(names.size >= 30, String(names.size));
});

for (const log of MUTILATED) {
  Deno.test(`mutilated logs: explain and logs claim only what is in one that is: ${log.name}`, async () => {
    using home = tempFolder();
    const path = join(home.path, "ticket-4711.txt");
    Deno.writeFileSync(path, await bytesOf(log));
    const { code, text } = await run(["explain", path], home.path);
    assertEquals(code, 0, text);
    for (const sentence of log.says) assertMatch(asOne(text), sentence);
    if (log.never !== undefined) {
      assertEquals(log.never.test(asOne(text)), false, text);
    }
    // A later command never reads fewer lines than the log has.
    const read = (await Array.fromAsync(readFileBlocks(path))).flat();
    const events = read.filter(({ head }) => head !== null).length;
    assert(events > 0);
    // `logs` prints each of them, as an object of its own.
    const logged = await run(["logs", path, "--json"], home.path);
    assertEquals(logged.code, 0, logged.text);
    const objects = logged.text.split("\n").map((line) => JSON.parse(line));
    const known = objects.filter((line) =>
      ["time", "level", "logger", "event"].every((key) =>
        typeof line[key] === "string"
      )
    );
    assertEquals(known.length, events);
    const json = await run(["explain", path, "--json"], home.path);
    assertEquals(JSON.parse(json.text).log, path);
  });

  Deno.test(`mutilated logs: verify, sessions and repair treat a folder with one that is: ${log.name}`, async () => {
    using home = tempFolder();
    const outputDir = join(home.path, "recordings");
    const folder = join(outputDir, "night");
    const path = join(folder, "session.log");
    Deno.mkdirSync(folder, { recursive: true });
    const bytes = await bytesOf(log);
    Deno.writeFileSync(path, bytes);
    const verified = await run(["verify", `${folder}/`], home.path);
    assertEquals(verified.code, 1, verified.text);
    assertMatch(verified.text, log.verify ?? /./);
    const asJson = await run(["verify", `${folder}/`, "--json"], home.path);
    assertEquals(JSON.parse(asJson.text).ok, false);
    await run(["sessions", "--json"], home.path);
    const [known] = await listKnown({ outputDir, stateFolder: null });
    assert(known !== undefined);
    assertEquals((await summarize(known)).reason, log.reason);
    const explained = await run(["explain", `${folder}/`], home.path);
    const before = (await Array.fromAsync(readFileBlocks(path))).flat();
    assertEquals(Deno.readFileSync(path), bytes);
    const repaired = await run(["repair", "--force", folder], home.path);
    assertMatch(repaired.text, log.repair);
    assertEquals(repaired.code, /Cannot/.test(repaired.text) ? 1 : 0);
    // Nothing is lost: the log is as before, and the repair's lines follow.
    const after = Deno.readFileSync(path);
    assertEquals(after.subarray(0, bytes.length), bytes);
    if (!repaired.text.startsWith("Finished")) {
      assertEquals(after.length, bytes.length);
      return;
    }
    const lines = (await Array.fromAsync(readFileBlocks(path))).flat();
    assert(lines.length > before.length);
    assertEquals(lines.at(-1)?.head?.event, "session_stop");
    if (/not over when the log ends/.test(asOne(explained.text))) {
      const { text } = await run(["explain", `${folder}/`], home.path);
      assertMatch(
        asOne(text),
        /audio is missing in 1 place, .* up to the end/i,
      );
    }
    // A second repair finds nothing to do.
    const again = await run(["repair", "--force", folder], home.path);
    assertMatch(again.text, /needs no repair/);
  });
}
