/**
 * Runs echolog as a user would: as a process of its own, with a home folder
 * of its own.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { decodeEvent } from "../../src/log/format/event_fields.ts";
import { decodeLine } from "../../src/log/format/line.ts";
import type { EventName, SessionEvent } from "../../src/events.ts";
import { decoded, type Finished } from "./program.ts";
import { checkPrinted } from "./json_schema.ts";
import { markLoad } from "./load.ts";
import { waitFor } from "./wait.ts";

const ROOT = new URL("../../", import.meta.url);

// Tests that run under nohup would pass that on, and echolog would heed it: a
// signal that was listened for once is not ignored by those we start.
if (Deno.build.os !== "windows") {
  const once = () => {};
  Deno.addSignalListener("SIGHUP", once);
  Deno.removeSignalListener("SIGHUP", once);
}

/** Options of {@linkcode startEcholog}. */
export interface StartOptions {
  /** Home folder; `null` for none. */
  readonly home: string | null;
  /** Further variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Current folder. */
  readonly cwd?: string;
  /** The id of the user who runs it, for tests by root; this user unless given. */
  readonly uid?: number;
  /** What it reads on standard input; nothing unless given. */
  readonly stdin?: string;
  /** The program in the place of `main.ts`, a file of tests/fixtures. */
  readonly fixture?: string;
}

/** An echolog that was started; disposing of it kills it if it still runs. */
export interface RunningEcholog extends AsyncDisposable {
  /** Its process id. */
  readonly pid: number;
  /** Settles when it has ended. */
  readonly finished: Promise<Finished>;
  /** Sends it a signal. */
  signal(signal: Deno.Signal): void;
}

/** The command that runs echolog: the binary of `ECHOLOG_BIN`, or the source under this Deno. */
export function echologCommand(fixture?: string): [string, ...string[]] {
  const binary = Deno.env.get("ECHOLOG_BIN") ?? "";
  if (binary !== "" && fixture === undefined) return [binary];
  const program = fixture === undefined
    ? new URL("main.ts", ROOT)
    : new URL(`tests/fixtures/${fixture}`, ROOT);
  return [
    Deno.execPath(),
    "run",
    "--quiet",
    "--no-prompt",
    "--no-lock",
    `--config=${fromFileUrl(new URL("deno.json", ROOT))}`,
    ...permissions(),
    fromFileUrl(program),
  ];
}

/** What echolog may do, from source and as a binary. */
function permissions(): string[] {
  return Deno.readTextFileSync(new URL("scripts/permissions", ROOT)).trim()
    .split("\n");
}

/** Starts echolog. */
export function startEcholog(
  args: readonly string[],
  options: StartOptions,
): RunningEcholog {
  const [program, ...before] = echologCommand(options.fixture);
  markLoad();
  const child = new Deno.Command(program, {
    args: [...before, ...args],
    clearEnv: true,
    env: {
      ...environment(options.home),
      ...coverageOf(args),
      ...options.env,
    },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined
      ? {}
      : { uid: options.uid, gid: options.uid }),
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (options.stdin !== undefined) {
    void new Blob([options.stdin]).stream().pipeTo(child.stdin);
  }
  let hasEnded = false;
  const finished = child.output().then((output) => {
    hasEnded = true;
    const finished = decoded(output);
    // What a killed one printed may end anywhere.
    if (options.fixture === undefined && finished.code < 128) {
      checkPrinted(args, finished.stdout);
    }
    return finished;
  });
  return {
    pid: child.pid,
    finished,
    signal: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (!hasEnded) child.kill("SIGKILL");
      await finished;
    },
  };
}

/** Runs echolog to its end. JSON that it prints has to match its schema. */
export async function echolog(
  args: readonly string[],
  options: StartOptions,
): Promise<Finished> {
  return await startEcholog(args, options).finished;
}

/** How often each command was started by the tests of a file, with the same flags. */
const starts = new Map<string, number>();

/**
 * The variable by which Deno writes down what a process covers. That takes
 * twice as long as a short command itself: a file measures each command once
 * with the same flags, and recordings, which differ by what happens to them, a
 * few times.
 */
function coverageOf(args: readonly string[]): Record<string, string> {
  const folder = Deno.env.get("DENO_COVERAGE_DIR");
  const [command = ""] = args;
  const isRecording = command === "record";
  const flags = args.filter((word) => word.startsWith("-")).toSorted();
  const call = isRecording ? command : [command, ...flags].join(" ");
  const count = (starts.get(call) ?? 0) + 1;
  starts.set(call, count);
  return folder === undefined || count > (isRecording ? MEASURED : 1)
    ? {}
    : { DENO_COVERAGE_DIR: folder };
}

/** Recordings whose coverage is collected, in each test file. */
const MEASURED = 3;

/** The environment of a user, with what Deno needs. */
function environment(home: string | null): Record<string, string> {
  const kept = [
    "PATH",
    "TMPDIR",
    "LANG",
    "XDG_RUNTIME_DIR",
    "JSR_URL",
    "DENO_DIR",
  ].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(kept),
    NO_COLOR: "1",
    // What the machine is set to must not show in the results.
    TZ: "UTC",
    DENO_NO_UPDATE_CHECK: "1",
    ...(home === null ? {} : { HOME: home }),
  };
}

/** A session's folder as it is on disk. */
export class SessionOnDisk {
  /** The folder. */
  readonly folder: string;

  /** The session in `folder`. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** The text of its log. */
  logText(): string {
    return Deno.readTextFileSync(join(this.folder, "session.log"));
  }

  /** The lines of its log. */
  logLines(): string[] {
    return this.logText().split("\n").slice(0, -1);
  }

  /** The events of its log. */
  events(): SessionEvent[] {
    return this.logLines().map((line) => {
      const decoded = decodeLine(line);
      const event = decoded === null ? null : decodeEvent(decoded);
      if (event === null) throw new Error(`Not a line of a log: ${line}`);
      return event;
    });
  }

  /** The events of one name. */
  eventsOf<N extends EventName>(
    name: N,
  ): Extract<SessionEvent, { event: N }>[] {
    return this.events().filter((
      event,
    ): event is Extract<SessionEvent, { event: N }> => event.event === name);
  }

  /** Names of its files with an ending, sorted. */
  files(ending: string): string[] {
    return [...Deno.readDirSync(this.folder)].map(({ name }) => name)
      .filter((name) => name.endsWith(ending)).sort();
  }

  /** Waits for the log to hold an event. */
  async waitForEvent(name: EventName, count = 1): Promise<void> {
    await this.waitFor(`${count} ${name} in the log`, () => {
      const found = this.logText().split("\n")
        .filter((line) => line.includes(`: ${name} `));
      return found.length >= count ? true : null;
    });
  }

  /** Waits as {@linkcode waitFor} does; an error shows the last lines of the log. */
  async waitFor<T>(what: string, probe: () => T | null): Promise<T> {
    return await waitFor(what, probe, {
      context: () =>
        `${join(this.folder, "session.log")}:\n${
          this.logText().trimEnd().split("\n").slice(-20).join("\n")
        }`,
    });
  }
}

/** The only session under an output folder, as soon as its log is there. */
export async function onlySession(outputDir: string): Promise<SessionOnDisk> {
  return await waitFor(`a session in ${outputDir}`, () => {
    try {
      // Retention has a lock there, too.
      const [first, second] = [...Deno.readDirSync(outputDir)]
        .filter(({ name }) => !name.startsWith("."));
      if (second !== undefined) throw new Error("More than one session");
      if (first === undefined) return null;
      const folder = join(outputDir, first.name);
      Deno.statSync(join(folder, "session.log"));
      return new SessionOnDisk(folder);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  });
}
