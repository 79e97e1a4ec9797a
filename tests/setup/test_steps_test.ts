import { assert, assertEquals, assertThrows } from "@std/assert";
import { planSteps, readArguments } from "../../scripts/setup/test_steps.ts";

const NEWEST = ["--toolchain", "newest", "/new/deno", "/new/dir", "-"];
const OLDEST = ["--toolchain", "oldest", "/old/deno", "/old/dir", "file:///r/"];
const BINARY = ["--binary", "/dist/echolog"];
const SOURCES = [
  ...["main.ts", "src/a.ts", "tests/a_test.ts", "tests/long/hours_test.ts"],
];

const plan = (...args: string[]) =>
  planSteps(readArguments(args), SOURCES, "/coverage");

const titlesOf = (...args: string[]) => plan(...args).map(({ title }) => title);

Deno.test("readArguments: returns both versions of Deno with their environments", () => {
  const { toolchains } = readArguments([...OLDEST, ...NEWEST, "--"]);
  assertEquals(toolchains, [
    {
      name: "oldest",
      deno: "/old/deno",
      env: { DENO_DIR: "/old/dir", JSR_URL: "file:///r/" },
    },
    { name: "newest", deno: "/new/deno", env: { DENO_DIR: "/new/dir" } },
  ]);
});

Deno.test("readArguments: rejects unknown options and options without their value", () => {
  for (
    const [words, message] of [
      [["--fast"], "unknown option --fast"],
      [["--filter"], "--filter needs a text"],
      [["--long"], "--long needs a name"],
    ] as const
  ) {
    const read = () => readArguments([...NEWEST, "--", ...words]);
    assertThrows(read, Error, message);
  }
});

Deno.test("planSteps: runs the program's tests once and the smoke tests everywhere", () => {
  const actionlint = ["--actionlint", "/deps/actionlint"];
  assertEquals(titlesOf(...OLDEST, ...NEWEST, ...BINARY, ...actionlint, "--"), [
    "Format",
    "Lint",
    "Shell",
    "Words",
    "Documentation",
    "Workflows",
    "Types (newest Deno)",
    "Types (oldest Deno)",
    "Unit tests (newest Deno)",
    "Unit tests (oldest Deno)",
    "Smoke tests (oldest Deno)",
    "Cron tests (the binary)",
    "Tests (the binary)",
    "Program tests (newest Deno)",
    "Timing tests (newest Deno)",
  ]);
});

Deno.test("planSteps: plans only checks and unit tests for --quick", () => {
  const steps = plan(...NEWEST, "--", "--quick");
  assertEquals(steps.map(({ title }) => title), [
    "Format",
    "Lint",
    "Shell",
    "Words",
    "Documentation",
    "Types (newest Deno)",
    "Unit tests (newest Deno)",
  ]);
  assertEquals(steps.at(-1)?.toolchain.env.DENO_COVERAGE_DIR, undefined);
});

Deno.test("planSteps: plans for one Deno alone", () => {
  assertEquals(titlesOf(...OLDEST, "--", "--oldest"), [
    "Types (oldest Deno)",
    "Unit tests (oldest Deno)",
    "Smoke tests (oldest Deno)",
  ]);
});

Deno.test("planSteps: grants unit tests neither programs nor the network", () => {
  const steps = plan(...OLDEST, ...NEWEST, "--")
    .filter(({ title }) => title.startsWith("Unit tests"));
  assertEquals(steps.length, 2);
  for (const { args } of steps) {
    assert(!args.some((arg) => /^(-A|--allow-(run|net|all))/.test(arg)));
    assertEquals(args.at(-1), "tests/unit/");
  }
});

Deno.test("planSteps: grants other tests no network but this machine's own", () => {
  const steps = plan(...OLDEST, ...NEWEST, ...BINARY, "--")
    .filter(({ kind, title }) =>
      kind === "tests" && !title.startsWith("Unit tests")
    );
  assertEquals(steps.length, 5);
  for (const { args } of steps) {
    const net = args.filter((arg) => arg.startsWith("--allow-net"));
    assertEquals(net, ["--allow-net=127.0.0.1,localhost"]);
    assert(!args.includes("-A") && !args.includes("--allow-all"));
  }
});

Deno.test("planSteps: runs files side by side, except those that measure time", () => {
  const steps = plan(...OLDEST, ...NEWEST, ...BINARY, "--")
    .filter(({ kind }) => kind === "tests");
  const alone = steps.filter(({ args }) => !args.includes("--parallel"));
  assertEquals(alone.map(({ args }) => args.at(-1)), ["tests/timing/"]);
  assertEquals(
    steps.filter(({ isAlone }) => isAlone === true),
    alone,
  );
  for (const { toolchain, isBackground } of steps) {
    assertEquals(toolchain.env.DENO_JOBS, isBackground === true ? "1" : "5");
  }
});

Deno.test("planSteps: collects coverage and checks for leaks on the newest Deno", () => {
  const covered = plan(...OLDEST, ...NEWEST, ...BINARY, "--")
    .filter(({ toolchain }) => toolchain.env.DENO_COVERAGE_DIR !== undefined);
  assertEquals(covered.map(({ title }) => title), [
    "Unit tests (newest Deno)",
    "Program tests (newest Deno)",
  ]);
  assertEquals(covered[0]?.toolchain.env, {
    DENO_DIR: "/new/dir",
    DENO_JOBS: "5",
    ECHOLOG_BIN: "",
    DENO_COVERAGE_DIR: "/coverage",
    DENO_TEST_SANITIZE_OPS: "1",
    DENO_TEST_SANITIZE_RESOURCES: "1",
  });
});

Deno.test("planSteps: runs the binary in the binary's steps, and the source in all others", () => {
  const steps = plan(...OLDEST, ...NEWEST, ...BINARY, "--");
  for (const { title, toolchain, kind } of steps) {
    if (kind !== "tests") continue;
    const expected = title.endsWith("(the binary)") ? "/dist/echolog" : "";
    assertEquals(toolchain.env.ECHOLOG_BIN, expected, title);
  }
  const own = steps.find(({ title }) => title === "Tests (the binary)");
  assertEquals(own?.args.slice(-2), ["tests/smoke/", "tests/binary/"]);
});

Deno.test("planSteps: runs recordings that wait beside the other steps", () => {
  const background = plan(...OLDEST, ...NEWEST, ...BINARY, "--")
    .filter(({ isBackground }) => isBackground === true);
  assertEquals(background.map(({ title }) => title), [
    "Smoke tests (oldest Deno)",
    "Cron tests (the binary)",
    "Tests (the binary)",
  ]);
  const alone = plan(...OLDEST, "--", "--oldest");
  assert(alone.every(({ isBackground }) => isBackground !== true));
});

Deno.test("planSteps: plans the binary's tests alone for --binary", () => {
  const [step, ...others] = plan(...NEWEST, ...BINARY, "--", "--binary");
  assertEquals(others, []);
  assertEquals(step?.args.slice(-3), [
    ...["tests/smoke/", "tests/binary/", "tests/cron/"],
  ]);
  const [named] = plan(...NEWEST, ...BINARY, "--", "--binary", "/a_test.ts");
  assertEquals(named?.args.at(-1), "/a_test.ts");
});

Deno.test("planSteps: plans selected tests only for a filter or files, without coverage", () => {
  const [step, ...others] = plan(
    ...NEWEST,
    "--",
    "--filter",
    "gap",
    "/a_test.ts",
  );
  assertEquals(others, []);
  assertEquals(step?.args.slice(-3), ["--filter", "gap", "/a_test.ts"]);
  assertEquals(step?.toolchain.env.DENO_COVERAGE_DIR, undefined);
  const [everywhere] = plan(...NEWEST, "--", "--filter=gap");
  assertEquals(everywhere?.args.slice(-4), [
    ...[
      "--filter",
      "gap",
      "--ignore=tests/binary/,tests/cron/,tests/long/",
      "tests/",
    ],
  ]);
});

Deno.test("planSteps: plans a long test by its name, and names those there are", () => {
  const [step, ...others] = plan(...NEWEST, "--", "--long", "hours");
  assertEquals(others, []);
  assertEquals(step?.args.at(-1), "tests/long/hours_test.ts");
  // The limit of other steps would end it.
  assertEquals(step?.isLong, true);
  assertThrows(
    () => plan(...NEWEST, "--", "--long=years"),
    Error,
    'Cannot run the long test "years": use one of hours',
  );
});
