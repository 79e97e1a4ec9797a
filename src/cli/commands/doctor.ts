/**
 * `echolog doctor`: checks whether a recording would work, here and from cron.
 *
 * @module
 */

import { print, toJson } from "../../terminal/output.ts";
import type { Device } from "../../audio/device.ts";
import {
  chooseDevice,
  chooseFfmpeg,
  loadCommandSettings,
  loadFlagsAlone,
  settingsRedactor,
} from "../args/command_settings.ts";
import type { ParsedOptions } from "../args/options.ts";
import { timesFor } from "../args/times.ts";
import { configPlaces, type LoadedSettings } from "../../config/load.ts";
import { type Check, failed, firstFix, warning } from "../../doctor/check.ts";
import { checkConfig } from "../../doctor/config_check.ts";
import { checkCron } from "../../doctor/cron_check.ts";
import { missingServer } from "../../audio/sound_server.ts";
import {
  advisesList,
  checkDevice,
  type Tried,
  withMissingServer,
  withoutDevices,
} from "../../doctor/device_check.ts";
import { checkFfmpeg } from "../../doctor/ffmpeg_check.ts";
import {
  checkOutput,
  checkState,
  nearestFolder,
} from "../../doctor/folder_check.ts";
import { checkMount } from "../../doctor/mount_check.ts";
import { checkNotify } from "../../doctor/notify_check.ts";
import { checkRetention } from "../../doctor/retention_check.ts";
import { checkSessions, findHolder } from "../../doctor/sessions_check.ts";
import { soundCards } from "../../ffmpeg/devices/cards.ts";
import { locateFfmpeg } from "../../ffmpeg/locate.ts";
import { findDevices, findingAdvice } from "../../ffmpeg/devices/list.ts";
import { deviceQueries } from "../../ffmpeg/devices/queries.ts";
import { describeError, messageOf, oneLine } from "../../errors.ts";
import { freeBytes } from "../../platform/free_space.ts";
import { systemClock } from "../../platform/clock.ts";
import { host, machineName, stateFolder } from "../../platform/host.ts";
import { shellCommand } from "../../platform/shell.ts";
import { createRedactor, type Redact } from "../../redact/redact.ts";
import { type Style, styleOf } from "../../terminal/style.ts";
import { terminalColumns, wrap } from "../../terminal/width.ts";

/**
 * Prints the checks for a recording with these options; exit code 1 when it
 * would fail.
 *
 * @throws {EchologError} `usage`, when a flag is at fault.
 */
export async function doctor(options: ParsedOptions): Promise<number> {
  const isJson = options.switches.has("json");
  const style = styleOf(Deno.stdout);
  const columns = Deno.stdout.isTerminal() ? terminalColumns() : Infinity;
  const { loaded, check: config } = checkConfig({
    load: () => loadCommandSettings(options),
    loadFlagsAlone: () => loadFlagsAlone(options),
    places: configPlaces(host),
  });
  const chosen = tryToChooseDevice(loaded);
  const redact = chosen.device === null
    ? createRedactor()
    : settingsRedactor(loaded.settings, chosen.spec);

  const checks: Check[] = [];
  let isAdvised = false;
  for await (const check of examine(options, loaded, config, chosen)) {
    const shown = shownAs(check, redact);
    checks.push(shown);
    // The advice of the first failure is printed at the end.
    const isFirst: boolean = shown.state === "failed" && shown.next !== null &&
      !isAdvised;
    isAdvised ||= isFirst;
    const printed = isFirst ? { ...shown, next: null } : shown;
    if (!isJson) print(renderCheck(printed, style, columns));
  }
  const next = firstFix(checks) ?? oneLine(redact(recordCommand(options)));
  print(
    isJson
      ? toJson({ check_list: checks.map(checkAsJson), next }, 2)
      : `${style.bold("Next:")} ${next}`,
  );
  return checks.some(({ state }) => state === "failed") ? 1 : 0;
}

/**
 * Returns a check as text: its result, its subject, its findings. Lines longer
 * than `columns` are wrapped.
 */
export function renderCheck(
  check: Check,
  style: Style,
  columns: number,
): string {
  const paint = { ok: style.green, warning: style.yellow, failed: style.red };
  const next = check.next === null ? "" : `; ${check.next}`;
  const head = `${check.state.padEnd(9)}${check.name.padEnd(9)}`;
  const indent = " ".repeat(columns < 2 * head.length ? 2 : head.length);
  const lines = wrap(`${head}${check.text}${next}`, columns, indent);
  return lines.join("\n").replace(check.state, paint[check.state]);
}

/** Returns a check for programs. `docs/json.md` describes its keys. */
function checkAsJson({ name, state, text, next }: Check) {
  return { name, result: state, text, advice: next };
}

type Chosen =
  | { readonly device: Device; readonly spec: string }
  | { readonly device: null; readonly problem: string };

async function* examine(
  options: ParsedOptions,
  loaded: LoadedSettings,
  config: Check,
  chosen: Chosen,
): AsyncGenerator<Check> {
  const { settings } = loaded;
  yield config;
  const ffmpeg = chooseFfmpeg(settings.ffmpegPath);
  const program = await checkFfmpeg({
    path: ffmpeg,
    settings,
    device: chosen.device,
  });
  yield program;

  const state = stateFolder();
  // Cron is checked only with a device that works here.
  let sound: Tried | null = null;
  let unwritten: string | null = null;
  if (ffmpeg === null || program.state === "failed") {
    yield warning("device", "not tested: ffmpeg cannot record this", null);
  } else if (chosen.device === null) {
    yield failed("device", chosen.problem, null);
  } else {
    const checked = await checkDevice({
      ...chosen,
      outputDir: settings.outputDir,
      settings,
      ffmpeg,
      holder: await findHolder(state, chosen.spec),
      cards: soundCards(),
    });
    sound = checked.tried;
    unwritten = checked.unwritten;
    const check = await reachable(checked.check, ffmpeg);
    const server = settings.device === null ? missingServer(host) : null;
    yield server === null ? check : withMissingServer(check, server);
  }

  const mount = await checkMount(settings, host.home);
  if (mount !== null) yield mount;
  yield await checkOutput(settings, unwritten);
  const free = await freeBytes(nearestFolder(settings.outputDir));
  const retention = checkRetention(settings, free);
  if (retention !== null) yield retention;
  yield checkState(state);
  const notify = await checkNotify({
    settings,
    device: chosen.device === null ? null : chosen.spec,
    isTried: options.switches.has("notify"),
    isProgram: (name) => locateFfmpeg(name, host) !== null,
    machine: machineName(),
    times: timesFor(options),
    redact: settingsRedactor(settings, settings.device),
    clock: systemClock,
  });
  if (notify !== null) yield notify;
  yield await attempt("sessions", () => checkSessions(state));
  if (ffmpeg === null || Deno.build.os === "windows") return;
  yield await attempt("cron", () =>
    checkCron({
      loaded,
      isConfigNamed: options.values.has("config"),
      tried: sound,
      ffmpeg,
      machine: host,
    }));
}

/** Returns the check with advice that leads further: not to an empty list of devices. */
async function reachable(check: Check, ffmpeg: string): Promise<Check> {
  if (!advisesList(check)) return check;
  const { devices } = await findDevices(ffmpeg, deviceQueries(Deno.build.os));
  return devices.length > 0
    ? check
    : withoutDevices(check, findingAdvice(Deno.build.os));
}

/**
 * Runs a check. One that throws must not prevent later checks, and does not
 * mean that a recording would fail.
 */
async function attempt(
  name: string,
  work: () => Check | Promise<Check>,
): Promise<Check> {
  try {
    return await work();
  } catch (error) {
    return warning(name, `cannot be checked: ${messageOf(error)}`, null);
  }
}

function tryToChooseDevice({ settings }: LoadedSettings): Chosen {
  try {
    return chooseDevice(settings.device);
  } catch (error) {
    return { device: null, problem: describeError(error) };
  }
}

function shownAs({ name, state, text, next }: Check, redact: Redact): Check {
  const show = (text: string) => oneLine(redact(text));
  return { name, state, text: show(text), next: next && show(next) };
}

/** Returns the checked recording as a command line. */
function recordCommand({ values }: ParsedOptions): string {
  const words = [...values].flatMap(([name, value]) => [`--${name}`, value]);
  return shellCommand(["echolog", "record", ...words]);
}
