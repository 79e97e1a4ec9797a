import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SoundServer } from "../support/sound_server.ts";
import {
  changesOf,
  reachesOf,
  readTrace,
  STRACE_OPTIONS,
  type SystemCall,
  textsOf,
} from "../support/strace.ts";
import { tempFolder } from "../support/temp.ts";
import { BINARY, binaryTest, findProgram, runBinary } from "./support.ts";

/** Where Deno looks for compiled code that an earlier start has kept. */
const TEMPORARY = "/deno-compile-";

/** The calls of a recording, or `null`, with the reason printed, where none can be seen. */
async function traceRecording(
  home: string,
  device: string,
  env: Record<string, string> = {},
): Promise<SystemCall[] | null> {
  const strace = findProgram("strace");
  if (strace === null) {
    console.log("skipped: there is no strace");
    return null;
  }
  const options = { cwd: home, program: strace };
  const trial = await runBinary(["-f", "-o", "/dev/null", "true"], {
    ...options,
    env: { PATH: "/usr/bin:/bin" },
  });
  if (trial.code !== 0) {
    console.log(`skipped: strace may not look: ${trial.stderr}`);
    return null;
  }
  const trace = join(home, "trace");
  const { code, stderr } = await runBinary([
    ...[...STRACE_OPTIONS, "-o", trace, BINARY, "record"],
    ...["--device", device, "--output-dir", join(home, "out")],
    ...["--session-id", "one", "--duration", "6s"],
    ...["--segment-duration", "1s"],
  ], {
    ...options,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: home,
      // With its name known no library asks the system's user database for it.
      USER: "nobody",
      XDG_STATE_HOME: join(home, "state"),
      ...env,
    },
  });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const calls = readTrace(Deno.readTextFileSync(trace));
  // Nothing found would say nothing if nothing had been looked at.
  const programs = new Set(calls.map(({ program }) => program));
  assert(programs.has(BINARY) && [...programs].some(isFfmpeg), "No calls");
  assert(changesOf(calls).length > 10, "Hardly any changes");
  return calls;
}

function isFfmpeg(program: string): boolean {
  return program.endsWith("/ffmpeg");
}

/** Whether a program may talk to the sound server: ffmpeg, and pactl. */
function isSoundClient(program: string): boolean {
  return isFfmpeg(program) || program.endsWith("/pactl");
}

/** A call as a failing test shows it. */
function show({ program, name, args, result }: SystemCall): string {
  return `${program}: ${name}(${args}) = ${result}`;
}

/** Changes to anything but the session, the state and what is named here. */
function changesElsewhere(
  calls: readonly SystemCall[],
  home: string,
  ofClients: readonly string[] = [],
): string[] {
  const isIn = (path: string, folder: string) =>
    path === folder || path.startsWith(`${folder}/`);
  const session = join(home, "out", "one");
  return changesOf(calls).filter(({ program, name, args }) => {
    const allowed = isFfmpeg(program) ? [session, ...ofClients] : [
      ...(isSoundClient(program) ? ofClients : []),
      session,
      join(home, "state", "echolog"),
      "/dev/null", // for programs whose output is discarded
    ];
    // ffmpeg gets names without a path, and runs in the session's folder.
    const paths = textsOf({ args }).map((path) =>
      isFfmpeg(program) && /^\.\/[^/]+$/.test(path) ? join(session, path) : path
    );
    if (name === "mkdir" && program === BINARY) {
      // The folders that those are in are made where they are missing.
      if (paths[0] === join(home, "out")) return false;
      if (paths[0] === join(home, "state")) return false;
    }
    return paths.length === 0 ||
      !paths.every((path) => allowed.some((folder) => isIn(path, folder)));
  }).map(show);
}

binaryTest(
  "binary: makes no connections and writes only to its own folders",
  async () => {
    using home = tempFolder();
    const calls = await traceRecording(home.path, "test");
    if (calls === null) return;
    assertEquals(reachesOf(calls).map(show), []);
    // Compiled code from a name that anybody may use would be anybody's code.
    const common = calls.filter(({ program, args }) =>
      program === BINARY && args.includes(TEMPORARY)
    );
    assertEquals(common.map(show), []);
    assertEquals(changesElsewhere(calls, home.path), []);
  },
);

binaryTest(
  "binary: lets only ffmpeg and pactl connect, and only to the sound server",
  async () => {
    await using server = await SoundServer.start(undefined, "norewinds=1");
    using home = tempFolder();
    const { clientEnv } = server;
    const calls = await traceRecording(
      home.path,
      "pulse:loop.monitor",
      clientEnv,
    );
    if (calls === null) return;
    const reaches = reachesOf(calls);
    const byOthers = reaches.filter(({ program }) => !isSoundClient(program));
    assertEquals(byOthers.map(show), []);
    const others = reaches.filter(({ name, args }) =>
      name !== "connect" && !(name === "socket" && args.startsWith("AF_UNIX,"))
    );
    assertEquals(others.map(show), []);
    const connected = reaches.filter(({ name }) => name === "connect");
    assertEquals(
      [...new Set(connected.flatMap(textsOf))],
      [clientEnv.PULSE_SERVER?.replace("unix:", "")],
    );
    assertEquals(
      changesElsewhere(calls, home.path, [
        // PulseAudio's library looks for its folder, and keeps a key that lets
        // the user's own programs in.
        join(clientEnv.XDG_RUNTIME_DIR ?? "", "pulse"),
        join(home.path, ".config"),
      ]),
      [],
    );
  },
);
