/**
 * Whether ffmpeg has the encoder of a recording.
 *
 * @module
 */

import { FORMATS } from "../../audio/format.ts";
import { EchologError } from "../../errors.ts";
import { encoderOf, type Encoding } from "./sample_format.ts";
import { runFfmpeg } from "../query.ts";

const LIMIT_MS = 5_000;

/** What ffmpeg says of an encoder that it was built without. */
const MISSING = /^Codec '.*' is (?:not recognized|known to FFmpeg, but no)/;

/**
 * Checks that ffmpeg has the encoder. Only those of other libraries may be
 * missing.
 *
 * @throws {EchologError} `usage`, when it has not.
 */
export async function assertEncoder(
  ffmpeg: string,
  encoding: Encoding,
): Promise<void> {
  const { format, bitDepth } = encoding;
  const encoder = encoderOf(encoding);
  if (!encoder.startsWith("lib")) return;
  const { stdout, stderr } = await runFfmpeg(
    ffmpeg,
    ["-hide_banner", "-h", `encoder=${encoder}`],
    { limit: LIMIT_MS },
  );
  if (![...stdout, ...stderr].some((line) => MISSING.test(line))) return;
  const isOwn = encoder !== FORMATS[format].codec(bitDepth ?? 16);
  throw new EchologError(
    "usage",
    `Cannot record ${format}: this ffmpeg has no encoder ${encoder}`,
    {
      hint: isOwn
        ? "check ffmpeg.output_args"
        : "choose another --format, or install a full build of ffmpeg",
    },
  );
}
