/**
 * The table of commands, from which parsing and help are derived.
 *
 * @module
 */

import type { Command } from "./args/command.ts";
import { CONFIG_ACTIONS } from "./args/config_actions.ts";
import {
  CONFIG_OPTION,
  HELP_OPTION,
  JSON_OPTION,
  PLACE_OPTIONS,
  settingOptions,
} from "./args/options.ts";
import { UTC_OPTION } from "./args/times.ts";
import { EVENT_NAMES } from "../events.ts";

const SESSION_NOTES = [
  "SESSION is a session's id, a unique prefix of one, the path of its folder,",
  "or latest, which is the default.",
];

const LATEST_NOTES = [
  "latest is the newest session, except that sessions of other users and starts",
  "in the future count only where there is nothing else. For root, sessions of",
  "the output folder's owner count, too.",
];

const LOG_NOTES = [
  ...SESSION_NOTES,
  ...LATEST_NOTES,
  "The path of a log alone, whatever its name, is read too, and - is standard",
  "input: compressed (.gz), in UTF-16, or quoted by a mail program.",
];

/** All commands, in the order in which help shows them. */
export const COMMANDS: readonly Command[] = [
  {
    name: "record",
    summary: "record until stopped, into a folder of its own",
    operands: "",
    maxOperands: 0,
    examples: [
      "echolog record --device test --duration 10s",
      "echolog record --device pulse:default --format opus",
      "echolog record --until 06:00",
    ],
    notes: [
      "Prints one line, Logging to PATH (level=info). Ctrl-C, SIGTERM, SIGHUP,",
      "--duration and --until stop the recording; echolog then closes the last chunk",
      "and completes the log.",
    ],
    options: () => [
      ...settingOptions(),
      { name: "quiet", help: "show no live line and no closing summary" },
      CONFIG_OPTION,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/record/record.ts")).record,
  },
  {
    name: "status",
    summary: "show the sessions that are being recorded",
    operands: "",
    maxOperands: 0,
    examples: ["echolog status", "echolog status --json"],
    notes: [
      "Exits 3 when nothing is being recorded. With --output-dir or --config, shows",
      "the sessions of that folder only.",
    ],
    options: () => [
      {
        name: "watch",
        short: "w",
        help: "refresh every second until Ctrl-C",
      },
      JSON_OPTION,
      UTC_OPTION,
      ...PLACE_OPTIONS,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    name: "stop",
    summary: "stop a session and wait until it has ended",
    operands: "[SESSION]",
    maxOperands: 1,
    examples: ["echolog stop", "echolog stop --all"],
    notes: [
      ...SESSION_NOTES,
      "Also finishes sessions whose recorders have died, as echolog repair does.",
      "With --output-dir or --config, stops sessions of that folder only.",
      "Exits 3 when nothing is being recorded.",
    ],
    options: () => [
      { name: "all", help: "stop every session" },
      ...PLACE_OPTIONS,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/stop.ts")).stop,
  },
  {
    name: "sessions",
    summary: "list the sessions, newest first",
    operands: "",
    maxOperands: 0,
    examples: ["echolog sessions", "echolog sessions --limit 5 --json"],
    notes: ["COVERAGE is the share of audio and gaps that is audio."],
    options: () => [
      {
        name: "limit",
        placeholder: "N",
        help: "show the newest N (default: all)",
      },
      { name: "ids", help: "print the ids of all sessions, one per line" },
      JSON_OPTION,
      UTC_OPTION,
      ...PLACE_OPTIONS,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/sessions.ts")).sessions,
  },
  {
    name: "logs",
    summary: "print a session's log, oldest line first",
    operands: "[SESSION]",
    maxOperands: 1,
    examples: [
      "echolog logs --level warning",
      "echolog logs -f",
      "echolog logs latest --event gap,recovery --since 12h",
    ],
    notes: LOG_NOTES,
    options: () => [
      {
        name: "follow",
        short: "f",
        help: "print new lines as they are written, until the session ends",
      },
      {
        name: "level",
        placeholder: "LEVEL",
        help: "show lines of this level and above",
        choices: ["debug", "info", "warning", "error"],
        defaultValue: "debug",
      },
      {
        name: "event",
        placeholder: "EVENT[,EVENT...]",
        isList: true,
        help: `show these events only: ${EVENT_NAMES.join(", ")}`,
      },
      {
        name: "since",
        placeholder: "TIME",
        help: "show lines since this time, such as 14:05, or 10m (ago)",
      },
      {
        name: "until",
        placeholder: "TIME",
        help: "show lines up to this time",
      },
      {
        name: "lines",
        short: "n",
        placeholder: "N",
        help: "show the last N of these lines",
      },
      JSON_OPTION,
      UTC_OPTION,
      ...PLACE_OPTIONS,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/logs.ts")).logs,
  },
  {
    name: "explain",
    summary: "explain what happened in a session",
    operands: "[SESSION]",
    maxOperands: 1,
    examples: [
      "echolog explain",
      "echolog explain 20250922T100000Z --json",
      "echolog explain ticket-4711.log",
    ],
    notes: [
      ...LOG_NOTES,
      "Reports, from the log alone, when audio is missing, why, what ffmpeg printed,",
      "and what to do about it.",
    ],
    options: () => [
      JSON_OPTION,
      UTC_OPTION,
      ...PLACE_OPTIONS,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  {
    name: "verify",
    summary: "compare a session's files with its log",
    operands: "[SESSION]",
    maxOperands: 1,
    examples: ["echolog verify", "echolog verify latest --json"],
    notes: [
      ...SESSION_NOTES,
      ...LATEST_NOTES,
      "Decodes every chunk with ffmpeg and compares it with its line in the log;",
      "then checks whether the chunks join, whether there are files that are not in",
      "the log, and whether the log is complete. WAV files have no checksums: verify",
      "does not notice a changed sample in one. Exits 1 when something is wrong.",
    ],
    options: () => [
      JSON_OPTION,
      UTC_OPTION,
      ...settingOptions(["ffmpegPath"]),
      ...PLACE_OPTIONS,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/verify.ts")).verify,
  },
  {
    name: "repair",
    summary: "recover sessions after a crash",
    operands: "[SESSION]",
    maxOperands: 1,
    examples: ["echolog repair", "echolog repair 20250922T100000Z"],
    notes: [
      "Stops an ffmpeg that keeps recording after its recorder died, closes its",
      "chunks, and completes the log. Without SESSION, does so for every session whose",
      "recorder is known to be dead, and names those for which this is not known, and",
      "those of other users, which are left alone.",
      "The next echolog record does the same beside its recording.",
    ],
    options: () => [
      {
        name: "force",
        help:
          "repair SESSION even if it may be a copy, or still recording on another machine",
      },
      ...PLACE_OPTIONS,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/repair.ts")).repair,
  },
  {
    name: "export",
    summary: "write the audio of a time range into one file",
    operands: "[SESSION]",
    maxOperands: 1,
    examples: [
      'echolog export --from "yesterday 14:05:30" --to 14:12',
      "echolog export latest -o whole.wav",
      "echolog export 20250922T100000Z --from 02:00 --for 10m -o night.mp3",
    ],
    notes: [
      ...SESSION_NOTES,
      "Without SESSION and with --from, takes all sessions of the output folder that",
      "recorded the same device in the range. Cuts at the sample: second N of the file",
      "is --from + N. Gaps are silence. TIME is local: 14:05:30, yesterday 14:05,",
      "2026-01-31T14:05:30, one of these with Z for UTC, or 90m ago; for one session",
      "a time of day is the one inside it. The file's extension is its format: flac,",
      "wav, opus or mp3; flac and wav have the samples as they were recorded. A session",
      "that is being recorded gives what it has. Exits 3 when the range has no audio.",
    ],
    options: () => [
      {
        name: "from",
        placeholder: "TIME",
        help: "beginning of the range",
        defaultValue: "the session's first audio",
      },
      {
        name: "to",
        placeholder: "TIME",
        help: "end of the range",
        defaultValue: "the session's last audio",
      },
      {
        name: "for",
        placeholder: "DUR",
        help: "length of the range, instead of --to",
      },
      {
        name: "output",
        short: "o",
        placeholder: "FILE",
        help: "the file to write",
        defaultValue: "session and range, in the current folder",
      },
      {
        name: "gaps",
        placeholder: "HOW",
        help: "what gaps become; join leaves them out",
        choices: ["silence", "join"],
        defaultValue: "silence",
      },
      {
        name: "device",
        placeholder: "SPEC",
        help: "take the sessions of this device",
      },
      { name: "force", help: "replace FILE if it exists" },
      { name: "strict", help: "exit 1 when audio of the range is missing" },
      JSON_OPTION,
      UTC_OPTION,
      ...settingOptions(["ffmpegPath"]),
      ...PLACE_OPTIONS,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/export/export.ts")).exportAudio,
  },
  {
    name: "report",
    summary: "write a page that shows what happened",
    operands: "[SESSION]",
    maxOperands: 1,
    examples: [
      "echolog report --open",
      "echolog report 20250922T100000Z --spectrogram -o night.html",
      "echolog report ticket-4711.log",
    ],
    notes: [
      ...LOG_NOTES,
      "Writes one HTML file that any browser opens, without network: a timeline with",
      "the level of the audio, gaps with their causes, warnings, clicks and dropouts,",
      "the chunks with players, and the log. The players work while the page stays in",
      "its place beside the session's folder. Levels are kept in the session's folder,",
      "so that the next report decodes only what is new. A log alone gives a page",
      "without levels. Only its user can read the page.",
    ],
    options: () => [
      {
        name: "output",
        short: "o",
        placeholder: "FILE",
        help: "the page to write, FILE.html",
        defaultValue: "the session's name, in the current folder",
      },
      { name: "force", help: "replace FILE if it exists" },
      { name: "open", help: "open the page in the browser" },
      {
        name: "spectrogram",
        help: "also show frequencies over time; takes longer",
      },
      JSON_OPTION,
      UTC_OPTION,
      ...settingOptions(["ffmpegPath"]),
      ...PLACE_OPTIONS,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/report/report.ts")).report,
  },
  {
    name: "prune",
    summary: "delete what the rules of retention delete, now",
    operands: "",
    maxOperands: 0,
    examples: ["echolog prune --dry-run", "echolog prune"],
    notes: [
      "Recorders apply the rules by themselves, after each chunk. The rules are",
      "retention.max_age, retention.max_bytes and retention.min_free_bytes; without",
      "one, nothing is ever deleted. The oldest chunk of all sessions of the output",
      "folder goes first. Nothing goes that echolog keep protects, and for want of",
      "space nothing that is younger than retention.min_age. Exits 1 when something",
      "could not be deleted, or when it is more than half of all chunks.",
    ],
    options: () => [
      {
        name: "dry-run",
        help: "list what would be deleted, and delete nothing",
      },
      { name: "force", help: "delete even more than half of all chunks" },
      JSON_OPTION,
      UTC_OPTION,
      ...PLACE_OPTIONS,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/retention/prune.ts")).prune,
  },
  {
    name: "keep",
    summary: "protect sessions from retention",
    operands: "SESSION...",
    maxOperands: Infinity,
    examples: ["echolog keep latest", "echolog keep --off 20250922T100000Z"],
    notes: [
      "SESSION is a session's id, a unique prefix of one, the path of its folder,",
      "or latest. Retention then deletes nothing of it, but its size still counts.",
      ...LATEST_NOTES,
    ],
    options: () => [
      { name: "off", help: "let retention delete from them again" },
      ...PLACE_OPTIONS,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/retention/keep.ts")).keep,
  },
  {
    name: "devices",
    summary: "list the capture devices that ffmpeg sees",
    operands: "",
    maxOperands: 0,
    examples: ["echolog devices", "echolog devices --json"],
    notes: [
      "Prints each in the form that --device takes, with a description. URLs and",
      "JACK are not listed: --device jack:NAME makes a JACK client of that name, to",
      "be connected with jack_connect.",
    ],
    options: () => [
      ...settingOptions().filter(({ name }) => name === "ffmpeg"),
      CONFIG_OPTION,
      { name: "json", help: "print JSON" },
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/devices.ts")).devices,
  },
  {
    name: "doctor",
    summary: "check whether a recording would work, here and from cron",
    operands: "",
    maxOperands: 0,
    examples: ["echolog doctor", "echolog doctor --device pulse:default"],
    notes: [
      "Takes the options of record, tries the device for half a second, and says",
      "what to run next. Exits 1 when a recording would fail.",
    ],
    options: () => [
      ...settingOptions(),
      CONFIG_OPTION,
      { name: "json", help: "print JSON" },
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "config",
    summary: "show the settings in effect, and change the configuration file",
    operands: "show|path|init|get KEY|set KEY VALUE",
    operandWords: CONFIG_ACTIONS,
    maxOperands: 3,
    examples: [
      "echolog config show",
      "echolog config set recording.segment_duration 10m",
      `echolog config set ffmpeg.input_args '["-thread_queue_size", "1024"]'`,
    ],
    notes: [
      "set changes the file in use, or creates the user's own if there is none, and",
      "keeps the file's comments, order and spacing. It rejects a value that record",
      "would reject.",
      "Passwords and tokens are masked in what is printed.",
    ],
    options: () => [
      { name: "json", help: "print JSON (show only)" },
      CONFIG_OPTION,
      HELP_OPTION,
    ],
    load: async () => (await import("./commands/config/config.ts")).config,
  },
  {
    name: "completions",
    summary: "print a script that completes command lines in a shell",
    operands: "bash|zsh|fish",
    operandWords: [{ word: "bash" }, { word: "zsh" }, { word: "fish" }],
    maxOperands: 1,
    examples: ["source <(echolog completions bash)"],
    notes: [
      "To load it in every new shell, add the line to the file for your shell:",
      "  ~/.bashrc                   source <(echolog completions bash)",
      "  ~/.zshrc, after compinit    source <(echolog completions zsh)",
      "  ~/.config/fish/config.fish  echolog completions fish | source",
    ],
    options: () => [HELP_OPTION],
    load: async () => {
      const { completions } = await import("./commands/completions.ts");
      return (options) => completions(options, COMMANDS);
    },
  },
];
