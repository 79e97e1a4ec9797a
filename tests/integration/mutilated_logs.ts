/**
 * Logs as they reach those who have to read them: parts, copies, other forms,
 * other versions, made from the logs of real sessions. Beside each is what the
 * commands must say of it.
 *
 * @module
 */

import { asJson } from "../../src/review/logs/render.ts";
import { ReadLine } from "../../src/log/read/reader.ts";
import { gzip, quoted, utf16 } from "../support/sent_bytes.ts";

/** A mutilated log. */
export interface Mutilated {
  /** What was done to it. */
  readonly name: string;
  /** Its contents. */
  make(): Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer> | string;
  /** What `explain` says of it. */
  readonly says: readonly RegExp[];
  /** What `explain` must not say. */
  readonly never?: RegExp;
  /** What `verify` says of a folder with this log and no other file. */
  readonly verify?: RegExp;
  /** What `sessions` has as its end. */
  readonly reason: string | null;
  /** What `repair --force` says; it exits 1 when that is an error. */
  readonly repair: RegExp;
}

const read = (name: string) =>
  Deno.readTextFileSync(
    new URL(`../fixtures/sessions/${name}/session.log`, import.meta.url),
  );

/** Five chunks in two runs, with a gap of 3.162 s between them. */
const WHOLE = read("restarted");
/** A session that never began. */
const FAILED = read("no-server");

const linesOf = (text: string) => text.trimEnd().split("\n");
const textOf = (lines: readonly string[]) => `${lines.join("\n")}\n`;
const LINES = linesOf(WHOLE);
const lineOf = (what: string) => LINES.findIndex((line) => line.includes(what));

/** The log up to the third attempt, in the outage. */
const OUTAGE = textOf(LINES.slice(0, lineOf("recovery attempt=3") + 1));
/** The log up to its second chunk. */
const RECORDING = textOf(LINES.slice(0, lineOf("seq=2 ")));
const SECOND =
  "2026-11-25T04:34:23Z INFO echolog.log: log_rotated session_id=night part=2 reason=size start=2026-11-25T04:34:18.532Z";
/** The log in two parts; the second begins when audio is back. */
const CUT = lineOf("ffmpeg_started run=4");
const PARTS = [
  textOf(LINES.slice(0, CUT)),
  textOf([SECOND, ...LINES.slice(CUT)]),
] as const;
const without = (pattern: RegExp) =>
  textOf(LINES.filter((line) => !pattern.test(line)));
const inJson = (text: string) =>
  textOf(linesOf(text).map((line) => asJson(new ReadLine(0, line, false))));
/** With leading times in the zone of Berlin. */
const local = (text: string) =>
  text.replaceAll(
    /^(\S+T)(\d\d)(:\d\d:\d\d)Z/gm,
    (_, day, hour, rest) =>
      `${day}${String(Number(hour) + 1).padStart(2, "0")}${rest}+01:00`,
  );
/** Another session at the same time, as two recorders that write one file. */
const interleaved = () => {
  const other = linesOf(
    WHOLE.replaceAll("session_id=night", "session_id=day")
      .replaceAll(/T04:34:(\d\d)/g, (_, seconds) =>
        `T04:35:${seconds}`.replace(
          "04:35",
          Number(seconds) < 55 ? "04:34" : "04:35",
        ))
      .replaceAll(/(start|end)=(\S+):(\d\d)\.(\d{3})Z/g, "$1=$2:$3.111Z"),
  );
  return textOf(
    LINES.flatMap((line, at) => [line, ...other.slice(at, at + 1)]),
  );
};

const COUNTED = /night was recorded: 6\.1 s of audio in 9\.4 s \(64\.34 %\)/;
const GAP = /Audio is missing in 1 place, 3\.2 s in all:/;
const CTRL_C = /It was stopped with Ctrl-C \(SIGINT\)\./;
const NO_END =
  /does not have the end of the session: .* Nothing is known after 2026-11-25/;
const NO_BEGINNING =
  /does not have the beginning of the session: before 2026-11-25 04:34:\d\d nothing is known/;
/** What nothing in a log alone shows. */
const DIED = /Its recorder died/;
const OPEN_OUTAGE = /not over when the log ends/;

/** The logs are alone: nothing else is odd. */
const ALL_MISSING =
  /^The folder has no audio: all 5 chunks [^]*^night does not match its log: 1 problem\.$/m;

/** What holds for a whole log in any form. */
const ALL = {
  says: [COUNTED, GAP, CTRL_C],
  never: /nothing is known|Nothing is known|recorder died|cannot be read/,
  reason: "interrupted",
  verify: ALL_MISSING,
  repair: /night needs no repair/,
};
const NOT_UTF_8 = {
  ...ALL,
  repair: /needs no repair/,
};
/** What holds for a log that ends in the outage. */
const IN_OUTAGE = {
  says: [
    /night was recorded: 2 s of audio in 2\.5 s \(89\.62 %\), 2 chunks/,
    /missing in 1 place, 236 ms in all up to the end of the log/,
    OPEN_OUTAGE,
    NO_END,
  ],
  never: DIED,
  reason: null,
  verify: /the log has no end/i,
  repair: /Finished night: chunks recovered: 0/,
};

/** The table. */
export const MUTILATED: readonly Mutilated[] = [
  { name: "whole", make: () => WHOLE, ...ALL },
  { name: "gzip", make: () => gzip(WHOLE), ...NOT_UTF_8 },
  {
    name: "UTF-16 LE with a mark",
    make: () => utf16(`\ufeff${WHOLE}`, true),
    ...NOT_UTF_8,
  },
  {
    name: "UTF-16 BE with a mark",
    make: () => utf16(`\ufeff${WHOLE}`, false),
    ...NOT_UTF_8,
  },
  { name: "UTF-8 with a mark", make: () => `\ufeff${WHOLE}`, ...ALL },
  { name: "CRLF", make: () => WHOLE.replaceAll("\n", "\r\n"), ...ALL },
  { name: "quoted", make: () => quoted(WHOLE), ...ALL },
  { name: "quoted and wrapped", make: () => quoted(WHOLE, 72), ...ALL },
  { name: "without its last newline", make: () => WHOLE.trimEnd(), ...ALL },
  { name: "JSON", make: () => inJson(WHOLE), ...ALL },
  { name: "local time", make: () => local(WHOLE), ...ALL },
  {
    name: "parts joined, the newest first",
    make: () => PARTS[1] + PARTS[0],
    ...ALL,
    // A recorder never writes them in that order.
    verify: /The log is odd: the log continues after the end/,
  },
  {
    name: "quoted in a mail with other text",
    make: () =>
      `Hello,\nhere is the log:\n\n${quoted(WHOLE, 76)}\nRegards\nAnn\n`,
    ...ALL,
    says: [COUNTED, GAP, CTRL_C, /4 lines of the log cannot be read/],
    never: /othing is known|recorder died/,
  },
  { name: "ends in an outage", make: () => OUTAGE, ...IN_OUTAGE },
  {
    name: "UTF-16 LE, ends in an outage",
    make: () => utf16(`\ufeff${OUTAGE}`, true),
    ...IN_OUTAGE,
    repair: /Cannot complete .*: it was compressed or converted to UTF-16/,
  },
  {
    name: "gzip that is cut",
    make: async () => (await gzip(OUTAGE)).slice(0, -12),
    ...IN_OUTAGE,
    says: [NO_END, /night was recorded/],
    repair: /Cannot complete .*: it was compressed or converted to UTF-16/,
  },
  {
    name: "JSON, ends in an outage",
    make: () => inJson(OUTAGE),
    ...IN_OUTAGE,
  },
  {
    name: "local time, ends in an outage",
    make: () => local(OUTAGE),
    ...IN_OUTAGE,
  },
  {
    name: "copied while recording",
    make: () => RECORDING,
    says: [
      /night was recorded: 2 s of audio in 2\.2 s \(100 %\), 1 chunk/,
      /No audio is missing up to its last closed chunk; the first/,
      NO_END,
      /is not closed where the log ends/,
    ],
    never: DIED,
    reason: null,
    verify: /the log has no end/i,
    repair: /Finished night/,
  },
  {
    name: "first part alone",
    make: () => PARTS[0],
    says: [OPEN_OUTAGE, NO_END],
    never: DIED,
    reason: null,
    verify: /the log has no end/i,
    repair: /Finished night/,
  },
  {
    name: "last part alone",
    make: () => PARTS[1],
    says: [COUNTED, /The log's first part is missing: before/, CTRL_C],
    never: /restarts? of ffmpeg|ffmpeg: /,
    reason: "interrupted",
    verify: /the log's first 1 part is missing/i,
    repair: /night needs no repair/,
  },
  {
    name: "tail -n 25",
    make: () => textOf(LINES.slice(-25)),
    says: [/6\.1 s of audio in 9\.4 s/, NO_BEGINNING, GAP, CTRL_C],
    never: /restarts? of ffmpeg|first part/,
    reason: "interrupted",
    verify: /the log has no beginning/i,
    repair: /needs no repair/,
  },
  {
    name: "tail -n 12 of an outage",
    make: () => textOf(linesOf(OUTAGE).slice(-12)),
    says: [NO_BEGINNING, OPEN_OUTAGE, NO_END, /its log has no audio/],
    never: DIED,
    reason: null,
    verify: /the log has no beginning/i,
    repair: /Finished/,
  },
  {
    name: "cut in its last line",
    make: () => WHOLE.slice(0, -80),
    says: [GAP, NO_END],
    never: DIED,
    reason: null,
    verify: /the log has no end/i,
    repair: /Finished night/,
  },
  {
    name: "cut at its beginning, in a line",
    make: () => WHOLE.slice(60),
    says: [/6\.1 s of audio in 9\.4 s/, NO_BEGINNING, GAP, CTRL_C],
    reason: "interrupted",
    verify: /the log has no beginning/i,
    repair: /needs no repair/,
  },
  {
    name: "a damaged chunk line and no end",
    make: () =>
      textOf(LINES.slice(0, -1)).replace(
        /chunk_created file=chunk_00004\S* seq=4/,
        "chunk_created file=chunk_00004.flac seq=\u0000",
      ),
    says: [
      /its log does not show how much of .* is audio/,
      /1 line of the log cannot be read/,
      /missing in 1 place, 3\.2 s in all by the lines that can be read/,
    ],
    never: DIED,
    reason: null,
    verify: /1 line of the log cannot be read/,
    repair: /Finished night/,
  },
  {
    name: "two sessions, one after the other",
    make: () => WHOLE + FAILED.replaceAll("session_id=night", "session_id=day"),
    says: [
      /day recorded nothing in 2 s/,
      /also has lines of night: this is about day/,
      /No audio was received, and it gave up/,
    ],
    never: /night was recorded|Ctrl-C/,
    reason: "start_failed",
    verify: /the log also has lines of night/i,
    repair: /Cannot repair .*: its log has lines of several sessions/,
  },
  {
    name: "two sessions, mixed",
    make: interleaved,
    says: [/The log has lines of night and day, mixed, so nothing is said/],
    never: /was recorded|Audio is missing|audio is missing|Ctrl-C/,
    reason: "interrupted",
    verify: /the log also has lines of night/i,
    repair: /Cannot repair .*: its log has lines of several sessions/,
  },
  {
    name: "another version: unknown event, reason and fields",
    make: () =>
      WHOLE.replace(
        "session_stop reason=interrupted",
        "session_stop reason=handed_over",
      )
        .replaceAll(" log_lines_dropped=0", " next=tomorrow")
        .replace(" codec=flac", "").replaceAll(" peak_dbfs=0.0", " rms=-3.0")
        .replace(
          /^(.*)(: )ffmpeg_started/m,
          "$1$2chunk_moved file=x\n$1$2ffmpeg_started",
        ),
    says: [
      COUNTED,
      GAP,
      /It ended: handed over/,
      /this one does not know chunk_moved/,
    ],
    never: /othing is known|beginning|cannot be read/,
    reason: "handed_over",
    verify: ALL_MISSING,
    repair: /night needs no repair/,
  },
  {
    name: "another version: no totals",
    make: () => WHOLE.replace(/ chunks=5 audio=\S+ wall=\S+/, ""),
    says: [/night was recorded: 6\.1 s of audio in /, GAP, CTRL_C],
    never: /NaN|undefined/,
    reason: "interrupted",
    verify: ALL_MISSING,
    repair: /night needs no repair/,
  },
  {
    name: "level warning, ends in an outage",
    make: () =>
      textOf(
        linesOf(OUTAGE.replace("log_level=info", "log_level=warning"))
          .filter((line) => / (WARNING|ERROR) |session_start/.test(line)),
      ),
    says: [
      /kept at level warning: it names no chunks/,
      OPEN_OUTAGE,
      NO_END,
      /its log does not show how much of/,
    ],
    never: DIED,
    reason: null,
    verify: /kept at level warning/,
    repair: /Finished night/,
  },
  {
    name: "level error, no end",
    make: () =>
      textOf(
        linesOf(OUTAGE.replace("log_level=info", "log_level=error"))
          .filter((line) => / ERROR |session_start/.test(line)),
      ),
    says: [
      /it names neither chunks nor gaps/,
      /Nothing is known about gaps\./,
      NO_END,
      /its log does not show how much of it is audio/,
    ],
    never: /recorded nothing|No audio is missing|Its recorder died/,
    reason: null,
    verify: /kept at level error/,
    repair: /Finished night/,
  },
  {
    name: "absurd numbers",
    make: () =>
      WHOLE.replace("duration=2.000s size", "duration=99999999999.000s size")
        .replace("audio=6.077s", "audio=66666666.077s"),
    says: [
      /its log does not show how much of/,
      /\(chunk_created\) has impossible values and is left out/,
      /totals in its last line cannot be right/,
      CTRL_C,
    ],
    never: /99999999999|was recorded: /,
    reason: "interrupted",
    verify: /the log is odd/i,
    repair: /night needs no repair/,
  },
  {
    name: "without its outage",
    make: () => without(/: gap /),
    says: [/6\.1 s of audio in 9\.4 s/, /the log has no line for it/],
    reason: "interrupted",
    verify: /neither audio nor a logged gap/,
    repair: /night needs no repair/,
  },
];
