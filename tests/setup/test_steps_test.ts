import { assert, assertEquals, assertThrows } from "@std/assert";
import { planSteps, readArguments } from "../../scripts/setup/test_steps.ts";

const NEWEST = ["--toolchain", "newest", "/new/deno", "/new/dir", "-"];
const OLDEST = ["--toolchain", "oldest", "/old/deno", "/old/dir", "file:///r/"];
const SOURCES = ["main.ts", "src/a.ts", "tests/a_test.ts"];

const plan = (...args: string[]) =>
  planSteps(readArguments(args), SOURCES, "/coverage");

Deno.test("both versions of Deno are told apart, each with its environment", () => {
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

Deno.test("a full run formats, lints and documents once, and checks and tests twice", () => {
  const titles = plan(...OLDEST, ...NEWEST, "--").map(({ title }) => title);
  assertEquals(titles, [
    "Format",
    "Lint",
    "Documentation",
    "Types (oldest Deno)",
    "Types (newest Deno)",
    "Tests (oldest Deno)",
    "Tests (newest Deno)",
  ]);
});

Deno.test("a full run tests the binary last, by the tests that run a program and by its own", () => {
  const binary = ["--binary", "/dist/echolog"];
  const steps = plan(...OLDEST, ...NEWEST, ...binary, "--");
  const last = steps.at(-1);
  assertEquals(last?.title, "Tests of the binary");
  assertEquals(last?.toolchain.env.ECHOLOG_BIN, "/dist/echolog");
  assertEquals(last?.args.slice(-4), [
    ...["tests/integration/", "tests/faults/", "tests/terminal/"],
    "tests/binary/",
  ]);
  // All others run the source, whatever the user's environment says.
  const others = steps.slice(0, -1).filter(({ kind }) => kind === "tests");
  assertEquals(others.map(({ toolchain }) => toolchain.env.ECHOLOG_BIN), [
    ...["", ""],
  ]);
  for (const { args } of others) {
    assertEquals(args.slice(-2), ["--ignore=tests/binary/", "tests/"]);
  }
  const only = plan(...NEWEST, ...binary, "--", "--binary", "a_test.ts");
  assertEquals(only.map(({ title }) => title), ["Tests of the binary"]);
  assertEquals(only[0]?.args.at(-1), "a_test.ts");
});

Deno.test("a full run checks the workflows once, with the newest Deno", () => {
  const actionlint = ["--actionlint", "/deps/actionlint"];
  const [step, ...others] = plan(...OLDEST, ...NEWEST, ...actionlint, "--")
    .filter(({ title }) => title === "Workflows");
  assertEquals(others, []);
  assertEquals(step?.toolchain.deno, "/new/deno");
  assertEquals(step?.args.slice(-2), ["/deps/actionlint", ".github/workflows"]);
  const part = plan(...NEWEST, ...actionlint, "--", "/a_test.ts");
  assertEquals(part.map(({ title }) => title), ["Tests (newest Deno)"]);
});

Deno.test("with only the oldest Deno there is nothing that needs the newest", () => {
  const steps = plan(...OLDEST, "--", "--oldest");
  assertEquals(steps.map(({ title }) => title), [
    "Types (oldest Deno)",
    "Tests (oldest Deno)",
  ]);
  assert(steps.every(({ toolchain }) => toolchain.deno === "/old/deno"));
});

Deno.test("a filter or files run those tests only, without coverage", () => {
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
});

Deno.test("the newest Deno collects coverage and checks for leaks", () => {
  const tests = plan(...NEWEST, "--").at(-1);
  assertEquals(tests?.toolchain.env, {
    DENO_DIR: "/new/dir",
    ECHOLOG_BIN: "",
    DENO_COVERAGE_DIR: "/coverage",
    DENO_TEST_SANITIZE_OPS: "1",
    DENO_TEST_SANITIZE_RESOURCES: "1",
  });
});

Deno.test("tests reach no network but this machine's own", () => {
  const steps = plan(...OLDEST, ...NEWEST, "--");
  for (const { args } of steps.filter(({ kind }) => kind === "tests")) {
    const net = args.filter((arg) => arg.startsWith("--allow-net"));
    assertEquals(net, ["--allow-net=127.0.0.1,localhost"]);
    assert(!args.includes("-A") && !args.includes("--allow-all"));
  }
});

Deno.test("an unknown option and a filter without its text are refused", () => {
  assertThrows(
    () => readArguments([...NEWEST, "--", "--fast"]),
    Error,
    "unknown option --fast",
  );
  assertThrows(
    () => readArguments([...NEWEST, "--", "--filter"]),
    Error,
    "--filter",
  );
});
