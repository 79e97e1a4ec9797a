/**
 * Parses ffmpeg's lists of capture devices into devices as `--device` takes
 * them.
 *
 * @module
 */

/** A capture device. */
export interface ListedDevice {
  /** The device as `--device` takes it. */
  readonly device: string;
  /** The system's description of it. */
  readonly description: string;
  /** Whether it is the system's default. */
  readonly default: boolean;
}

/** ffmpeg's list of one kind of device. */
export interface Listing {
  /** The devices, in ffmpeg's order. */
  readonly devices: readonly ListedDevice[];
  /** Why there is no list, in words, or `null`. */
  readonly trouble: string | null;
}

/** The lines that ffmpeg printed. */
export interface Printed {
  /** Lines of its stdout. */
  readonly stdout: readonly string[];
  /** Lines of its stderr. */
  readonly stderr: readonly string[];
}

/**
 * ALSA lists these as sources, but they produce silence or pass on another
 * source. A sound server lists its sources itself.
 */
const ALSA_PLUGINS = new Set([
  ...["pulse", "pipewire"],
  ...["null", "lavrate", "samplerate", "speexrate", "speex"],
  ...["upmix", "vdownmix", "jack", "oss", "a52", "usbstream"],
]);

/**
 * Reads `-sources FORMAT`: `* NAME [DESCRIPTION] (none)`, where ffmpeg 4 omits
 * the kind in parentheses.
 */
export function parseSources(
  format: string,
  lines: readonly string[],
): Listing {
  // An ffmpeg without this input prints nothing and exits 0.
  if (!lines.some((line) => line.startsWith("Auto-detected sources for "))) {
    return { devices: [], trouble: `this ffmpeg cannot record from ${format}` };
  }
  const refusal = lines.map((line) => /^Cannot list sources: (.*)$/.exec(line))
    .find((match) => match !== null);
  if (refusal !== undefined) {
    return {
      devices: [],
      trouble: `${format} does not answer: ${refusal[1] ?? ""}`,
    };
  }
  const devices = lines.flatMap((line) => {
    const match = /^([* ]) (\S+) \[(.*)\](?: \([a-z, ]*\))?$/.exec(line);
    const [, mark, name, description] = match ?? [];
    if (name === undefined || description === undefined) return [];
    if (format === "alsa" && ALSA_PLUGINS.has(name)) return [];
    return [{
      device: `${format}:${name}`,
      description,
      default: mark === "*",
    }];
  });
  return { devices, trouble: null };
}

/** Reads AVFoundation's list of audio devices; its default has a name, but no mark. */
export function parseAvfoundation({ stderr }: Printed): Listing {
  const start = stderr.findIndex((line) =>
    line.endsWith("AVFoundation audio devices:")
  );
  if (start < 0) return cannotRecord("avfoundation", stderr);
  const devices = stderr.slice(start + 1).flatMap((line) => {
    const [, index, name] = /^\[AVFoundation .*? @ [^\]]*\] \[(\d+)\] (.*)$/
      .exec(line) ?? [];
    if (index === undefined || name === undefined) return [];
    return [{
      device: `avfoundation::${index}`,
      description: name,
      default: false,
    }];
  });
  const systemDefault = {
    device: "avfoundation::default",
    description: "the input that is chosen in the system's settings",
    default: true,
  };
  return {
    devices: devices.length === 0 ? [] : [systemDefault, ...devices],
    trouble: null,
  };
}

/**
 * Reads DirectShow's list: `"NAME" (audio)`, or before ffmpeg 5 names without a
 * kind below the heading `DirectShow audio devices`.
 */
export function parseDshow({ stderr }: Printed): Listing {
  let isAudio = false;
  let hasSpoken = false;
  const devices = stderr.flatMap((line) => {
    const text = /^\[dshow @ [^\]]*\] *(.*)$/.exec(line)?.[1];
    if (text === undefined) return [];
    hasSpoken = true;
    const heading = /^DirectShow (audio|video) devices/.exec(text);
    if (heading !== null) isAudio = heading[1] === "audio";
    const [, name, kinds] = /^"(.*)"(?: \(([a-z, ]*)\))?$/.exec(text) ?? [];
    const isWanted = kinds === undefined ? isAudio : /\baudio\b/.test(kinds);
    if (name === undefined || !isWanted) return [];
    return [{
      device: `dshow:audio=${name}`,
      description: name,
      default: false,
    }];
  });
  return hasSpoken ? { devices, trouble: null } : cannotRecord("dshow", stderr);
}

function cannotRecord(format: string, stderr: readonly string[]): Listing {
  const isUnknown = stderr.some((line) =>
    line.includes("Unknown input format")
  );
  const last = stderr.filter((line) => line.trim() !== "").at(-1);
  return {
    devices: [],
    trouble: isUnknown || last === undefined
      ? `this ffmpeg cannot record from ${format}`
      : `${format} does not answer: ${last}`,
  };
}
