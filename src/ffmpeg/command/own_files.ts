/**
 * The user's own files in the arguments of a recording. ffmpeg runs in the
 * session's folder, so a name that is meant from the current folder gets its
 * whole path.
 *
 * @module
 */

import type { Device } from "../../audio/device.ts";
import type { CaptureSpec } from "./run_spec.ts";

/** The arguments in which a user can name files. */
type Named = Pick<CaptureSpec, "device" | "inputArgs" | "outputArgs">;

/** Returns the whole path of a file of the current folder, or `null` when there is none. */
export type FindFile = (name: string) => string | null;

/** Formats whose names are those of devices, whatever files there are. */
const DEVICES: ReadonlySet<string> = new Set([
  ...["alsa", "avfoundation", "dshow", "jack", "openal", "oss", "pulse"],
  "sndio",
]);

/** Returns arguments with the whole paths of files that are there. */
export function withWholePaths<S extends Named>(spec: S, find: FindFile): S {
  const words = (args: readonly string[]) =>
    args.map((word) => wholeWord(word, find));
  return {
    ...spec,
    device: wholeDevice(spec.device, find),
    inputArgs: words(spec.inputArgs),
    outputArgs: words(spec.outputArgs),
  };
}

/** Returns a device with the whole paths of files that are there. */
export function wholeDevice(device: Device, find: FindFile): Device {
  if (device.kind !== "format" || DEVICES.has(device.format)) return device;
  const name = device.format === "lavfi"
    ? wholeGraph(device.name, find)
    : wholeWord(device.name, find);
  return { ...device, name };
}

function wholeWord(word: string, find: FindFile): string {
  // An option, or a word such as `tcp`, is not a file.
  if (word.startsWith("-") || !/[./\\]/.test(word)) return word;
  const [, scheme = "", name = ""] = /^(file:)?(.*)$/s.exec(word) ?? [];
  const path = find(name);
  return path === null ? wholeGraph(word, find) : `${scheme}${path}`;
}

/** Matches options of filters that name a file. */
const FILE_OPTION =
  /((?:^|[,;\]\s:=])(?:a?movie=(?:filename=)?|(?:filename|file|model|m|sofa)=))(?:'([^']+)'|([^',;:[\]\s]+))/g;

/** Returns a graph of filters with whole paths. */
function wholeGraph(graph: string, find: FindFile): string {
  return graph.replaceAll(
    FILE_OPTION,
    (all: string, option: string, quoted?: string, plain?: string) => {
      const path = find(quoted ?? plain ?? "");
      return path === null ? all : `${option}${escaped(path)}`;
    },
  );
}

/** Escapes a path for an option of a filter, and that for a graph. */
function escaped(path: string): string {
  return path.replaceAll(/[\\':]/g, "\\$&").replaceAll(
    /[\\'[\],;]/g,
    "\\$&",
  );
}
