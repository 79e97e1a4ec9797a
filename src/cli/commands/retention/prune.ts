/**
 * `echolog prune`: applies the rules of retention now.
 *
 * @module
 */

import { loadCommandSettings } from "../../args/command_settings.ts";
import type { ParsedOptions } from "../../args/options.ts";
import { timesFor } from "../../args/times.ts";
import type { TimeFormat } from "../../../times/shown.ts";
import { EchologError, EXIT_CODES, oneLine } from "../../../errors.ts";
import { reasonOf } from "../../../platform/fs.ts";
import { systemClock } from "../../../platform/clock.ts";
import { bootId } from "../../../platform/host.ts";
import { freeBytes } from "../../../platform/free_space.ts";
import type { Settings } from "../../../config/settings.ts";
import { isoMilliseconds } from "../../../log/format/timestamps.ts";
import { describeDistrust } from "../../../retention/clock_trust.ts";
import {
  type Outcome,
  type Pruned,
  Retention,
} from "../../../retention/retention.ts";
import { hasRules, rulesOf } from "../../../retention/rules.ts";
import { round } from "../../../sessions/totals.ts";
import { print, printJson } from "../../../terminal/output.ts";
import { styleOf } from "../../../terminal/style.ts";
import { type Column, renderTable } from "../../../terminal/table.ts";
import {
  formatBytes,
  formatDuration,
  pluralize,
} from "../../../terminal/units.ts";
import { terminalColumns } from "../../../terminal/width.ts";
import { printError, waitForLock } from "./patience.ts";

/**
 * Deletes what the rules delete, or lists it.
 *
 * @returns the exit code: 1 when something could not be deleted, or was too
 * much.
 * @throws {EchologError} `usage`, when there is no rule; `failed`, when the
 * output folder cannot be used.
 */
export async function prune(options: ParsedOptions): Promise<number> {
  const { settings } = loadCommandSettings(options);
  const rules = rulesOf(settings);
  if (!hasRules(rules)) {
    throw new EchologError("usage", "No rule of retention is set", {
      hint:
        "set retention.max_age, retention.max_bytes or retention.min_free_bytes: echolog config set retention.max_age 30d",
    });
  }
  const isTrial = options.switches.has("dry-run");
  let hasFailed = false;
  const retention = new Retention({
    outputDir: settings.outputDir,
    rules,
    clock: systemClock,
    boot: bootId(),
    uptime: Deno.osUptime,
    freeBytes,
    onDeleted: () => {},
    onProblem(path, message) {
      hasFailed = true;
      printError(`${path}: ${message}`);
    },
  });
  const outcome = await applied(retention, settings, {
    isTrial,
    isForced: options.switches.has("force"),
  });
  if (options.switches.has("json")) printJson(asJson(outcome, isTrial));
  else print(report(outcome, isTrial, timesFor(options)).join("\n"));
  const { distrust, newest } = outcome;
  if (distrust !== null) {
    printError(`warning: ${describeDistrust(distrust, newest)}`);
  }
  if (outcome.keptBytes > 0) {
    printError(
      `warning: Kept sessions alone hold ${
        formatBytes(outcome.keptBytes)
      }, more than retention.max_bytes: all other audio is deleted once it is old enough`,
    );
  }
  if (outcome.isBlocked && !isTrial) {
    throw new EchologError("failed", tooMuch(outcome), {
      hint: "see what with echolog prune --dry-run, then use --force",
    });
  }
  return hasFailed ? EXIT_CODES.failed : 0;
}

async function applied(
  retention: Retention,
  { outputDir }: Settings,
  how: { readonly isTrial: boolean; readonly isForced: boolean },
): Promise<Outcome> {
  try {
    return await waitForLock(outputDir, retention.apply(how));
  } catch (error) {
    throw new EchologError(
      "failed",
      `Cannot apply retention to ${outputDir}: ${reasonOf(error)}`,
      { cause: error, hint: "check the folder, and its permissions" },
    );
  }
}

function report(
  outcome: Outcome,
  isTrial: boolean,
  times: TimeFormat,
): string[] {
  const { pruned, removed, isBlocked } = outcome;
  const columns = Deno.stdout.isTerminal() ? terminalColumns() : Infinity;
  const [titles = "", ...rows] = renderTable(pruned, columnsOf(times), columns);
  const bytes = pruned.reduce((sum, { size }) => sum + size, 0);
  const audio = pruned.reduce((sum, { duration }) => sum + duration, 0);
  const verb = isTrial || isBlocked ? "would be deleted" : "deleted";
  return [
    ...(pruned.length === 0
      ? []
      : [styleOf(Deno.stdout).bold(titles), ...rows, ""]),
    pruned.length === 0
      ? isTrial ? "Nothing would be deleted." : "Nothing is to be deleted."
      : `${pluralize(pruned.length, "chunk")} ${verb}: ${
        formatDuration(audio)
      } of audio, ${formatBytes(bytes)}.`,
    ...removed.map((folder) =>
      oneLine(
        `${
          isTrial ? "Would remove" : "Removed"
        } ${folder}: it has had no audio for retention.keep_logs.`,
      )
    ),
    ...(isTrial && isBlocked ? [`${tooMuch(outcome)}: it takes --force.`] : []),
  ];
}

function tooMuch({ pruned, count }: Outcome): string {
  return `The rules would delete ${pruned.length} of ${
    pluralize(count, "chunk")
  }, more than half`;
}

const columnsOf = (times: TimeFormat): readonly Column<Pruned>[] => [
  { title: "SESSION", cell: ({ session_id }) => session_id },
  { title: "FILE", cell: ({ file }) => file },
  {
    title: `UNTIL (${times.zoneName})`,
    cell: ({ end }) => times.dateTime(end),
    spare: 0,
  },
  {
    title: "SIZE",
    cell: ({ size }) => formatBytes(size),
    alignRight: true,
    spare: 1,
  },
  { title: "RULE", cell: ({ rule }) => rule },
];

function asJson(
  { pruned, isBlocked, removed, distrust }: Outcome,
  isTrial: boolean,
) {
  return {
    dry_run: isTrial,
    blocked: isBlocked,
    clock: distrust,
    chunks: pruned.length,
    bytes: pruned.reduce((sum, { size }) => sum + size, 0),
    chunk_list: pruned.map((chunk) => ({
      session_id: chunk.session_id,
      folder: chunk.folder,
      file: chunk.file,
      seq: chunk.seq,
      start: isoMilliseconds(chunk.start),
      end: isoMilliseconds(chunk.end),
      duration: round(chunk.duration, 3),
      size: chunk.size,
      rule: chunk.rule,
    })),
    removed_folder_list: removed,
  };
}
