/**
 * A program in ffmpeg's place that gives real chunks, and what ffmpeg says with
 * them, as fast as echolog closes them: months pass in minutes.
 *
 * @module
 */

import { join } from "@std/path";
import type { Seconds } from "../../src/events.ts";

/** What a stand-in plays. */
export interface StandIn {
  /** Empty folder, which it and what it needs are written to. */
  readonly folder: string;
  /** Paths of real chunks: the n-th chunk of a run is the n-th of them, over and over. */
  readonly chunks: readonly string[];
  /** Length of each. */
  readonly length: Seconds;
  /** After so many chunks it fails, to be restarted. */
  readonly perRun: number;
  /** After so many chunks of the session it goes quiet, until it is asked to stop. */
  readonly total: number;
  /** What it prints while the chunk that begins at a time of the run is recorded. */
  report(begin: Seconds): string;
  /** What it prints to stderr when it fails. */
  readonly lastWords: string;
  /**
   * File to which it adds what the kernel says of its parent when a run begins
   * and after the last chunk, and of itself when a run ends; `null` for none.
   * Parent and chunks stand still at these moments.
   */
  readonly tally: string | null;
}

/** Its settings are put in after the second line. */
const SCRIPT = `#!/bin/bash
[ "$1" = -version ] && { echo 'ffmpeg version 5.1'; exit; }
LC_ALL=C
for word; do
  case $word in
    file:*) folder=\${word#file:}; folder=\${folder%/*} ;;
  esac
  [ "\${before-}" = -segment_start_number ] && first=$word
  before=$word
done

# Lets time pass. q ends it all, as it ends ffmpeg; so does the end of stdin.
pause() {
  read -rn1 -t "$1"
  [ $? -gt 128 ] || exit 0
}

closed() {
  while [ -e "$1" ]; do pause 0.001; done
}

tell() {
  [ -n "$TALLY" ] || return
  { echo "$1 $2 $EPOCHREALTIME"; cat "/proc/$3/stat" "/proc/$3/status" "/proc/$3/io"; } >>"$TALLY"
}

tell parent "$((first - 1))" "$PPID"
# To open a device takes a moment, which is a gap.
pause 0.05
last=
for ((n = 0; n < PER_RUN && first + n <= TOTAL; n++)); do
  printf -v name 'chunk_%05d.flac.part' "$((first + n))"
  cp "$PARTS/$((n % COUNT)).flac" "$folder/$name"
  cat "$PARTS/$n.txt"
  echo "$name,$((n * LENGTH)).000000,$(((n + 1) * LENGTH)).000000"
  # One may be under way, as with ffmpeg; no more.
  [ -z "$last" ] || closed "$last"
  last=$folder/$name
done
[ -z "$last" ] || closed "$last"
if ((first + n > TOTAL)); then
  tell parent "$TOTAL" "$PPID"
  # The next one is open by now, and has no audio yet.
  printf -v name 'chunk_%05d.flac.part' "$((TOTAL + 1))"
  : >"$folder/$name"
  read -rn1 || :
else
  cat "$PARTS/last-words.txt" >&2
fi
tell self "$((first + n - 1))" "$$"
exit 0
`;

/**
 * Makes a stand-in for `--ffmpeg`, of bash and coreutils.
 *
 * @returns its path.
 */
export async function makeStandIn(standIn: StandIn): Promise<string> {
  const { folder, chunks, length, perRun, total } = standIn;
  for (const [index, chunk] of chunks.entries()) {
    await Deno.copyFile(chunk, join(folder, `${index}.flac`));
  }
  for (let index = 0; index < perRun; index++) {
    const text = standIn.report(index * length);
    await Deno.writeTextFile(join(folder, `${index}.txt`), text);
  }
  await Deno.writeTextFile(join(folder, "last-words.txt"), standIn.lastWords);
  const names = {
    PARTS: folder,
    COUNT: chunks.length,
    LENGTH: length,
    PER_RUN: perRun,
    TOTAL: total,
    TALLY: standIn.tally ?? "",
  };
  const settings = Object.entries(names)
    .map(([name, value]) => `${name}='${value}'\n`).join("");
  const path = join(folder, "ffmpeg");
  const text = SCRIPT.replace("\nLC_ALL=C\n", `\n${settings}LC_ALL=C\n`);
  await Deno.writeTextFile(path, text, { mode: 0o755 });
  return path;
}
