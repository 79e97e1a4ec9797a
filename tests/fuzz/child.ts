/**
 * Runs cases in a process of its own, whose memory and time are measured: each
 * line of its input is the seed of a case. It says what it begins, and how each
 * case ended.
 *
 * @module
 */

import { readLines } from "../../src/platform/line_splitter.ts";
import { Random } from "../support/random.ts";
import { SAID, type Said } from "./said.ts";
import { runCase } from "./cases.ts";

const [home = ""] = Deno.args;
const write = Deno.stdout.writeSync.bind(Deno.stdout);

function say(said: Said): void {
  write(new TextEncoder().encode(`${SAID}${JSON.stringify(said)}\n`));
}

let last = Promise.resolve();

await readLines(Deno.stdin.readable, (line) => {
  last = last.then(() => run(Number(line)));
}).done;
await last;

async function run(seed: number): Promise<void> {
  try {
    await runCase(home, new Random(seed), (begun) => say({ begun }));
    say({ done: null });
  } catch (error) {
    say({ done: error instanceof Error ? String(error.stack) : String(error) });
  }
}
