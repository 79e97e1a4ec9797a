/**
 * Runs a command line.
 *
 * @module
 */

import { print } from "../terminal/output.ts";
import type { Command } from "./args/command.ts";
import { HELP_OPTION, parseOptions } from "./args/options.ts";
import { COMMANDS } from "./command_table.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { DEFAULT_COLUMNS, terminalColumns } from "../terminal/width.ts";
import { describeError, EchologError, oneLine } from "../errors.ts";
import { suggest } from "../platform/suggest.ts";
import { createRedactor } from "../redact/redact.ts";
import { type BuildInfo, describeVersion, version } from "../version.ts";

/**
 * Runs a command line. Errors are printed to stderr as one line
 * `echolog: …`, with a stack trace only at `--log-level debug`.
 *
 * @param argv The arguments after the program's name.
 * @param build Facts from the build; `null` when run from source.
 * @returns the exit code.
 */
export async function runCommandLine(
  argv: readonly string[],
  build: BuildInfo | null = null,
): Promise<number> {
  try {
    return await dispatch(argv, build);
  } catch (error) {
    // The reader closed the pipe of `status --watch` or `logs -f`.
    if (error instanceof Deno.errors.BrokenPipe) return 0;
    if (isCheck(argv)) {
      // A monitoring system would take the exit code of wrong usage for critical.
      print(`UNKNOWN - ${masked(describeError(error)).replaceAll("|", "/")}`);
      return 3;
    }
    console.error(`echolog: ${masked(describeError(error))}`);
    if (wantsTrace(argv)) {
      for (const line of traceOf(error)) console.error(masked(oneLine(line)));
    }
    return error instanceof EchologError ? error.exitCode : 1;
  }
}

async function dispatch(
  argv: readonly string[],
  build: BuildInfo | null,
): Promise<number> {
  const [first, ...rest] = argv;
  if (first === undefined) {
    console.error(generalHelp(version(), helpColumns()));
    return 2;
  }
  if (first === "--help" || first === "-h" || first === "help") {
    const [topic] = rest;
    if (topic === "--man") return await printManual(rest.slice(1));
    const about = topic === undefined || topic.startsWith("-")
      ? generalHelp(version(), helpColumns())
      : commandHelp(findCommand(topic), helpColumns());
    print(about);
    return 0;
  }
  if (first === "--version" || first === "-V") {
    print(describeVersion(build));
    return 0;
  }
  const command = findCommand(first);
  if (rest.some((word) => word === "--help" || word === "-h")) {
    print(commandHelp(command, helpColumns()));
    return 0;
  }
  const options = parseOptions(
    rest,
    command.options(),
    `echolog ${command.name}`,
  );
  const surplus = options.operands[command.maxOperands];
  if (surplus !== undefined) {
    throw new EchologError(
      "usage",
      `Cannot use ${JSON.stringify(surplus)}: ${command.name} takes ${
        command.maxOperands === 0 ? "no argument" : `${command.operands} only`
      }`,
      { hint: `see echolog ${command.name} --help` },
    );
  }
  const main = await command.load();
  return await main(options);
}

/** Prints a manual page: `help --man`, or `help --man echolog.conf.5`. */
async function printManual(names: readonly string[]): Promise<number> {
  const { MAN_PAGES } = await import("./man.ts");
  const [name = "echolog.1"] = names;
  const page = MAN_PAGES[name];
  if (page === undefined) {
    throw new EchologError("usage", `There is no manual page ${name}`, {
      hint: `there are ${Object.keys(MAN_PAGES).join(" and ")}`,
    });
  }
  print(page(new Date()).trimEnd());
  return 0;
}

function findCommand(name: string): Command {
  const command = COMMANDS.find((command) => command.name === name);
  if (command !== undefined) return command;
  if (name.startsWith("-")) {
    parseOptions([name], [HELP_OPTION, { name: "version", help: "" }]);
  }
  const nearest = suggest(name, COMMANDS.map(({ name }) => name));
  throw new EchologError("usage", `Unknown command ${name}`, {
    hint: nearest === null
      ? "see echolog --help"
      : `did you mean ${nearest}? See echolog --help`,
  });
}

/** Returns the width of help: lines of more than 80 columns are hard to read. */
function helpColumns(): number {
  return Math.min(terminalColumns(), DEFAULT_COLUMNS);
}

/** Masks wrong input, which may hold a password. */
const masked = createRedactor();

/** Returns the stack of an error and of its causes, as lines. */
function traceOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const own = (error.stack ?? error.message).split("\n");
  return error.cause === undefined
    ? own
    : [...own, "Caused by:", ...traceOf(error.cause)];
}

/** Whether a command line is that of a plugin of a monitoring system. */
function isCheck([command, ...rest]: readonly string[]): boolean {
  return command === "status" && rest.includes("--check");
}

function wantsTrace(argv: readonly string[]): boolean {
  const index = argv.indexOf("--log-level");
  return argv.includes("--log-level=debug") ||
    (index >= 0 && argv[index + 1] === "debug");
}
