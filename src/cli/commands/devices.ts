/**
 * `echolog devices`: lists the capture devices that ffmpeg finds.
 *
 * @module
 */

import { print, toJson } from "../../terminal/output.ts";
import {
  loadCommandSettings,
  requireFfmpeg,
} from "../args/command_settings.ts";
import type { ParsedOptions } from "../args/options.ts";
import { oneLine } from "../../errors.ts";
import { findDevices, findingAdvice } from "../../ffmpeg/devices/list.ts";
import type { ListedDevice } from "../../ffmpeg/devices/parse.ts";
import { deviceQueries, TEST_DEVICE } from "../../ffmpeg/devices/queries.ts";
import { type Style, styleOf } from "../../terminal/style.ts";
import { padEnd, widthOf } from "../../terminal/width.ts";

/**
 * Prints the capture devices in the form that `--device` takes.
 *
 * @throws {EchologError} `ffmpeg_unusable`, when there is no usable ffmpeg.
 */
export async function devices(options: ParsedOptions): Promise<number> {
  const { settings } = loadCommandSettings(options);
  const { path: ffmpeg } = await requireFfmpeg(settings.ffmpegPath);
  const found = await findDevices(ffmpeg, deviceQueries(Deno.build.os));
  const listed = [...found.devices, TEST_DEVICE];
  if (options.switches.has("names")) {
    print(listed.map(({ device }) => oneLine(device)).join("\n"));
    return 0;
  }
  print(
    options.switches.has("json")
      ? toJson(listed, 2)
      : renderDevices(listed, styleOf(Deno.stdout)).join("\n"),
  );
  for (const trouble of found.troubles) complain(trouble);
  if (found.devices.length === 0) {
    complain(`no capture device was found: ${findingAdvice(Deno.build.os)}`);
  }
  return 0;
}

/** Returns a line for each device, its name first, so that it can be copied. */
export function renderDevices(
  listed: readonly ListedDevice[],
  style: Style,
): string[] {
  const names = listed.map(({ device }) => oneLine(device));
  // One very long name would push all descriptions out of sight.
  const width = Math.min(48, Math.max(...names.map(widthOf)));
  return listed.map((one, index) => {
    const name = padEnd(names[index] ?? "", width);
    const mark = one.default ? style.green(" (default)") : "";
    return `${style.bold(name)}  ${oneLine(one.description)}${mark}`;
  });
}

function complain(line: string): void {
  console.error(`echolog: ${oneLine(line)}`);
}
