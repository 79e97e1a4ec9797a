/**
 * Feeds damaged files to every reader and to `repair` for a time, in a process
 * of its own. Nothing may throw, hang, take much memory, print a control
 * character, or touch a file outside the session.
 *
 * `ECHOLOG_TEST_SEED` begins with a given case: each case has a seed of its own.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readLines } from "../../src/platform/line_splitter.ts";
import { kernelFile } from "../../src/platform/processes.ts";
import { echolog } from "../support/echolog.ts";
import { markLoad, wasBusy } from "../support/load.ts";
import { tempFolder } from "../support/temp.ts";
import { CANARY, FORMATS } from "./cases.ts";
import { SAID, type Said } from "./said.ts";

/** Most memory that the process of the cases may have, in bytes. */
const MEMORY = 300e6;
/** Longest time that a command may take, in milliseconds; on a busy machine more. */
const LIMIT_MS = 5_000;
const BUSY_LIMIT_MS = 30_000;
/** Cases after which the process is replaced: it keeps memory that it does not use. */
const CASES = 200;

/** Runs cases until the time is over. */
export async function fuzz(seconds: number): Promise<void> {
  using home = tempFolder();
  await Promise.all(FORMATS.map((format) => recordOne(home.path, format)));
  for (const folder of ["outside", "current"]) {
    Deno.mkdirSync(join(home.path, folder));
    Deno.writeTextFileSync(join(home.path, folder, CANARY), "not a session's");
  }
  using watch = new Watch(
    ["outside", "current"].map((name) => join(home.path, name)),
  );
  const given = Deno.env.get("ECHOLOG_TEST_SEED");
  let seed = given === undefined
    ? Math.floor(Math.random() * 0x1_0000_0000)
    : Number(given);
  console.log(`first seed ${seed}, ${seconds} s`);
  let cases = 0;
  let peak = 0;
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end || cases === 0) {
    await using child = new Child(home.path);
    for (let count = 0; count < CASES; count++) {
      if (performance.now() >= end && cases > 0) break;
      try {
        await child.run(seed);
        watch.check();
      } catch (error) {
        throw new Error(`Failed with ECHOLOG_TEST_SEED=${seed}`, {
          cause: error,
        });
      }
      cases++;
      seed = (seed + 1) >>> 0;
    }
    // The kernel keeps the most so far.
    peak = Math.max(peak, child.memory());
    assert(peak < MEMORY, `${peak} bytes of memory up to the case of ${seed}`);
  }
  console.log(
    `${cases} cases, at most ${
      Math.round(peak / 1e6)
    } MB, ${watch.events} events outside`,
  );
}

async function recordOne(home: string, format: string): Promise<void> {
  const { code, stderr } = await echolog([
    ...["record", "--device", "test", "--format", format, "--duration", "2.5s"],
    ...["--segment-duration", "1s", "--session-id", format],
    ...["--output-dir", join(home, "real")],
  ], { home, env: { XDG_STATE_HOME: join(home, `state-${format}`) } });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

/** Watches folders in which nothing may happen. */
class Watch implements Disposable {
  readonly #watcher: Deno.FsWatcher;
  readonly #seen: string[] = [];

  /** Watches folders. */
  constructor(folders: readonly string[]) {
    this.#watcher = Deno.watchFs([...folders]);
    void this.#follow();
  }

  /** Number of things that happened. */
  get events(): number {
    return this.#seen.length;
  }

  /** Fails when something happened. */
  check(): void {
    assertEquals(this.#seen, []);
  }

  async #follow(): Promise<void> {
    for await (const { kind, paths } of this.#watcher) {
      this.#seen.push(`${kind} ${paths.join(" ")}`);
    }
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
  }
}

/** A process that runs cases. */
class Child implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #said: Said[] = [];
  readonly #reading: Promise<unknown>;
  #wake: () => void = () => {};
  #hasEnded = false;

  /** Starts it. */
  constructor(home: string) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--quiet", "--no-lock", "--no-check"],
        `--config=${fromFileUrl(new URL("../../deno.json", import.meta.url))}`,
        ...[fromFileUrl(new URL("child.ts", import.meta.url)), home],
      ],
      cwd: join(home, "current"),
      clearEnv: true,
      env: { ...kept(["PATH", "JSR_URL", "DENO_DIR", "TMPDIR"]), HOME: home },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#reading = readLines(this.#child.stdout, (line) => {
      // What a command printed is checked by its case.
      if (!line.startsWith(SAID)) return;
      this.#said.push(JSON.parse(line.slice(SAID.length)));
      this.#wake();
    }).done.then(() => {
      this.#hasEnded = true;
      this.#wake();
    });
  }

  /** Runs a case; throws when it breaks a rule or hangs. */
  async run(seed: number): Promise<void> {
    markLoad();
    await this.#input.write(new TextEncoder().encode(`${seed}\n`));
    for (let begun = "the case";;) {
      const said = await this.#next(begun);
      if ("begun" in said) begun = said.begun;
      else if (said.done === null) return;
      else throw new Error(said.done);
    }
  }

  /** Most bytes that it ever had in memory; 0 where the kernel does not show them. */
  memory(): number {
    const text = kernelFile(`/proc/${this.#child.pid}/status`) ?? "";
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1_024;
  }

  async #next(begun: string): Promise<Said> {
    for (;;) {
      const said = this.#said.shift();
      if (said !== undefined) return said;
      if (this.#hasEnded) throw new Error(`${begun}: the process ended`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await this.#within(begun, promise);
    }
  }

  /** Waits for a result; a process that takes too long is ended. */
  async #within<T>(what: string, result: Promise<T>): Promise<T> {
    let isOver = false;
    const started = performance.now();
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setInterval(() => {
      const took = performance.now() - started;
      if (isOver || took < LIMIT_MS) return;
      if (wasBusy() && took < BUSY_LIMIT_MS) return;
      this.#child.kill("SIGKILL");
      reject(new Error(`${what} takes more than ${Math.round(took)} ms`));
    }, 500);
    try {
      return await Promise.race([result, promise]);
    } finally {
      isOver = true;
      clearInterval(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#input.close();
    } catch {
      // It was ended.
    }
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#reading;
    await this.#child.status;
  }
}

/** Variables of this process. */
function kept(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
