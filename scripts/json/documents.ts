/**
 * The one table of the JSON that commands print and of the files of a session.
 * One key means one thing in all of them.
 *
 * @module
 */

import {
  any,
  bytes,
  count,
  decibels,
  type Field,
  type Fields,
  flag,
  integer,
  integers,
  type Kind,
  listOf,
  mapOf,
  object,
  optional,
  orNull,
  percent,
  seconds,
  text,
  texts,
  time,
  word,
} from "./kinds.ts";

import { NOTIFY_EVENTS } from "../../src/config/notify_events.ts";
import { RETENTION_RULES } from "../../src/events.ts";

const STATES = ["starting", "recording", "recovering", "stopping", "ended"];

const session_id = text("name of the session");
const folder = text("path of its folder");
const log = text("path of its log");
const start = time("when it began");
const device = text("its device");
const format = text("format of its chunks");
const sample_rate = integer("samples per second per channel");
const channels = count("number of channels");
const chunks = count("number of finished chunks");
const audio = seconds("length of the audio in finished chunks");
const wall = seconds("time from its start to its end, or so far");
const gap_total = seconds("their total length");
const coverage = percent("share of audio and gaps that is audio");
const cause = text("why audio is missing, as in the log");
const retries = count("number of restarts of ffmpeg");
const reason = orNull(text("why it ended, as in the log"));
const advice = orNull(text("what to do"));
const ffmpeg = orNull(text("the line from ffmpeg that explains the most"));
const file = text("name of its file");
const seq = integer("its number");
const size = bytes("size of its file");
const duration = seconds("its length");

const deleted_until = orNull(
  time("up to when retention deleted its audio; `null` when it has all"),
);

const state = word(
  [...STATES, "crashed", "unknown"],
  "state of the session",
);
const outage = orNull(object({
  since: time("when it began"),
  cause,
  duration: seconds("its length so far"),
}, "the outage that is not over"));
const gaps = count("number of gaps, including an outage that is not over");

const lost_audio = seconds(
  "how much of that audio was in a folder that was deleted or moved away",
);

const SESSIONS: Fields = {
  session_id,
  folder,
  log,
  start,
  end: orNull(time("when it ended; `null` before that")),
  device: orNull(device),
  state,
  reason,
  wall: orNull(wall),
  chunks: orNull(chunks),
  audio: orNull(audio),
  bytes: orNull(bytes("size of its chunks that are left")),
  lost_audio: orNull(lost_audio),
  gaps: orNull(gaps),
  outage,
  coverage: orNull(coverage),
  deleted_until,
  kept: flag("whether `keep` protects it from retention"),
};

const silent_since = orNull(time("since when every sample has been zero"));
const quiet_since = orNull(
  time("since when the sound has been below `recording.silence_dbfs`"),
);
const silent_channel_list = integers(
  "channels, from 1, that are digital zero while others are not",
);
const min_free_bytes = orNull(
  bytes("free space below which it warns, once it has warned"),
);

const STATUS: Fields = {
  session_id,
  folder,
  log,
  state,
  since: orNull(time("start of that state")),
  start: orNull(start),
  ends_at: orNull(
    time("when it will end; `null` when it records until stopped"),
  ),
  wall: orNull(wall),
  chunks: orNull(chunks),
  writing: orNull(text("name of the file that is being written")),
  audio: orNull(audio),
  lost_audio: orNull(lost_audio),
  deleted_until,
  bytes: orNull(bytes("size of the finished chunks")),
  gaps: orNull(gaps),
  gap_total: orNull(gap_total),
  outage,
  coverage: orNull(coverage),
  retries: orNull(retries),
  last_audio: orNull(time("end of the last finished chunk")),
  last_audio_ago: orNull(
    seconds("time since the last audio in a file, the open chunk included"),
  ),
  silent_since,
  quiet_since,
  silent_channel_list,
  device: orNull(device),
  format: orNull(format),
  sample_rate: orNull(sample_rate),
  channels: orNull(channels),
  free_bytes: orNull(bytes("free space on its disk")),
  free_time: orNull(
    seconds("how long the free space lasts at the rate so far"),
  ),
  machine: orNull(text("name of its machine")),
  pid: orNull(integer("process id of its recorder")),
  run: orNull(integer("number of the current run of ffmpeg")),
  ffmpeg_pid: orNull(integer("process id of its ffmpeg")),
  orphan_list: integers(
    "process ids of ffmpegs that still record though their recorder died",
  ),
};

const EXPLAIN: Fields = {
  session_id,
  log: text("path of the log"),
  state,
  start,
  end: time("when it ended, or the last time that the log shows"),
  what: orNull(text("device, format, rate and channels, as readable text")),
  wall,
  asked: orNull(seconds("the requested duration")),
  chunks: orNull(chunks),
  recovered_chunks: count(
    "number of chunks that were logged after the recorder had died",
  ),
  open_since: orNull(
    time("start of the chunk that a dead recorder left open"),
  ),
  audio: orNull(
    seconds("length of its audio, including what is in no finished chunk"),
  ),
  deleted_chunks: count("number of chunks that retention deleted"),
  deleted_audio: seconds("length of their audio, which `audio` counts"),
  deleted_until,
  gaps: count("number of gaps, including those whose log lines are gone"),
  gap_total,
  outage,
  coverage: orNull(coverage),
  gap_list: listOf({
    start: time("when it began"),
    end: time("when it ended, or the last time that is known"),
    duration,
    cause,
    text: text("its cause as a phrase"),
    ffmpeg,
    last_ffmpeg: orNull(
      text(
        "while audio is missing, the line that explains why the last restart failed, if it is another one",
      ),
    ),
    retries,
    over: flag("whether audio resumed after it"),
    advice,
  }, "the gaps that the log has lines for, and the outage"),
  unrecorded_before: orNull(object(
    {
      session_id: text("the session before, which had failed"),
      since: time("when that session ended, as far as is known"),
      duration: seconds("from then to the start of this session"),
    },
    "time before the session in which nothing was recorded; `null` without any",
  )),
  ending: orNull(object({
    reason,
    text: text("the reason as a sentence"),
    ffmpeg,
    advice,
  }, "how it ended; `null` while it is being recorded")),
  note_list: listOf({
    code: text("its code in the log"),
    level: word(["warning", "error"], "its level"),
    first: time("when it was first logged"),
    count: count("number of times"),
    text: text("its message"),
    advice,
  }, "other warnings and errors, each code once"),
  timeline: text("the line of blocks and dots"),
  known_since: orNull(
    time("time before which the log has nothing, if its beginning is missing"),
  ),
  log_faults: object({
    unreadable_lines: count(
      "number of lines that are damaged or not from echolog",
    ),
    unknown_event_list: texts("events that this version does not know"),
    other_session_list: texts("other sessions whose lines are in the log"),
    mixed: flag(
      "whether lines of several sessions are mixed; then no figure can be trusted",
    ),
    fault_list: texts("what cannot be as the log has it, a sentence each"),
  }, "what is wrong with the log itself"),
};

const VERIFY: Fields = {
  session_id,
  ok: flag("whether files and log agree"),
  chunks: count("number of chunks in the log or the folder"),
  chunk_list: listOf({
    file,
    seq,
    logged_size: orNull(bytes("its size according to the log")),
    size: orNull(size),
    logged_duration: orNull(seconds("its length according to the log")),
    duration: orNull(seconds("its length as decoded")),
    fault_list: texts("what is wrong with it, a sentence each"),
  }, "these chunks"),
  deleted_chunks: count(
    "number of chunks that retention deleted, which are in no list",
  ),
  deleted_until,
  fault_list: texts("what is wrong with the session, a sentence each"),
  remark_list: texts("remarks that are not faults, a sentence each"),
};

const DEVICES: Fields = {
  device: text("what `--device` takes"),
  description: text("its human-readable name"),
  default: flag("whether it is used without `--device`"),
};

const DOCTOR: Fields = {
  check_list: listOf({
    name: text("what is checked"),
    result: word(["ok", "warning", "failed"], "the result"),
    text: text("what was found"),
    advice,
  }, "the checks, in order"),
  next: text("what to do first, or the command that records"),
};

const CONFIG: Fields = {
  config: orNull(text("path of the configuration file")),
  settings: mapOf({
    value: any("its value; durations in seconds, sizes in bytes"),
    source: text("where the value comes from"),
  }, "the settings by key, see [settings.md](settings.md)"),
};

const SESSION_FILE: Fields = {
  version: integer("version of this format"),
  session_id,
  state: word(STATES, "state of the session"),
  since: time("start of that state"),
  cause: orNull(
    text("why audio is missing since `since` while it is `recovering`"),
  ),
  start,
  ends_at: orNull(
    time("when it will end; `null` when it records until stopped"),
  ),
  folder,
  log,
  device,
  format,
  sample_rate,
  channels,
  log_backup_count: orNull(count("number of rotated logs kept")),
  pid: integer("process id of the recorder"),
  process_start: orNull(
    text("when that process was started, in the platform's form"),
  ),
  boot_id: orNull(text("the boot that it runs in")),
  machine: text("name of its machine"),
  machine_id: optional(orNull(text("hash of the id of its machine"))),
  pid_namespace: optional(orNull(text("namespace of its process id"))),
  run: integer("number of the current run of ffmpeg"),
  ffmpeg_pid: orNull(integer("process id of its ffmpeg")),
  audio_since: orNull(time("time of the first sample of the current run")),
  chunks,
  audio,
  overlap: seconds("how much of that audio was recorded twice"),
  lost_chunks: count(
    "number of those chunks that were in a folder that is gone",
  ),
  lost_audio,
  bytes: bytes("size of the finished chunks"),
  last_audio: orNull(time("end of the last finished chunk")),
  audio_before: orNull(
    time("time of the last audio of the session that this one continues"),
  ),
  silent_since,
  quiet_since,
  silent_channel_list,
  min_free_bytes,
  gaps: count("number of gaps that ended"),
  gap_total,
  retries,
  reason,
  wall: orNull(seconds("time from its start to its end; `null` before that")),
  coverage: orNull(
    percent("share of audio and gaps that is audio; `null` before its end"),
  ),
  updated: time("when this was written"),
};

const CHUNK_LINE: Fields = {
  event: word(["made"], "what happened to the chunk"),
  file,
  seq,
  run: integer("number of the run of ffmpeg that captured it"),
  start: time("time of its first sample"),
  end: time("time of its last sample"),
  samples: orNull(count("samples of each channel")),
  duration: seconds("its length, to the microsecond", 6),
  size,
  peak: orNull(decibels("its highest level")),
  recovered: optional(flag("`true` if `repair` closed it, otherwise absent")),
};

const rule = word(RETENTION_RULES, "the rule that it fell under");

const INTENT_LINE: Fields = {
  event: word(["deleting"], "its file is about to be deleted, which counts"),
  file,
  seq,
  time: time("when this was decided"),
  start: time("time of its first sample"),
  end: time("time of its last sample"),
  duration: seconds("its length, to the microsecond", 6),
  size: bytes("size of its file"),
  rule,
};

const DELETED_LINE: Fields = {
  event: word(["deleted"], "its file is deleted"),
  file,
  seq,
  time: time("when it was deleted"),
};

const KEPT_LINE: Fields = {
  event: word(["kept"], "its deletion is taken back: its file is still there"),
  file,
  seq,
  time: time("when it was taken back"),
};

const PRUNE: Fields = {
  dry_run: flag("whether nothing was deleted because of `--dry-run`"),
  blocked: flag(
    "whether it is more than half of all chunks, which takes `--force`",
  ),
  clock: orNull(
    word(
      ["stepped", "behind", "ahead"],
      "why the clock is not trusted, so that no audio counts as older than the process has known it",
    ),
  ),
  chunks: count("number of chunks that are deleted, or would be"),
  bytes: bytes("size of their files"),
  chunk_list: listOf({
    session_id,
    folder,
    file,
    seq,
    start: time("time of its first sample"),
    end: time("time of its last sample"),
    duration,
    size: bytes("size that its file had"),
    rule,
  }, "these chunks, the oldest first"),
  removed_folder_list: texts(
    "folders of sessions that were removed because their audio was deleted long ago",
  ),
};

const NOTIFY: Fields = {
  event: word([...NOTIFY_EVENTS, "test"], "what happened"),
  severity: word(
    ["problem", "resolved", "info"],
    "whether it is a problem, the end of one, or neither",
  ),
  time: time("when"),
  title: text("a few words, as for the subject of a mail"),
  text: text("the same as a sentence"),
  advice,
  session_id,
  device: orNull(device),
  machine: text("name of its machine"),
  folder: orNull(folder),
  log: orNull(log),
  since: orNull(time("since when, as far as that is known")),
  duration: orNull(seconds("how long it lasted, or has lasted")),
  cause: orNull(cause),
  reason,
  code: orNull(text("code of the warning or error, as in the log")),
  free_bytes: orNull(bytes("free space on its disk")),
  coverage: orNull(coverage),
  silent_channel_list: integers("the silent channels, from 1"),
  summary_list: texts("what happened in the session, once it is over"),
};

const REPORT: Fields = {
  file: text("path of the page that was written"),
  size: bytes("its size"),
  session_id,
  state,
  levels: flag("whether the page shows the level of the audio"),
  decoded: seconds(
    "how much audio was decoded for the levels; the rest was measured before",
  ),
  spectrogram: flag("whether the page has a spectrogram"),
  fault_list: texts("audio that could not be decoded, a sentence each"),
};

const EXPORT: Fields = {
  file: text("path of the file that was written"),
  format: text("its format: `flac`, `wav`, `opus` or `mp3`"),
  size: bytes("its size"),
  start: time("when its first sample was captured, or would have been"),
  end: time("when the time after its last sample begins"),
  duration: seconds("its length"),
  samples: count("its samples of each channel"),
  audio: seconds(
    "how much of it is audio, and not silence for what is missing",
  ),
  sample_rate,
  channels,
  bit_depth: orNull(integer("bits per sample; `null` for a lossy format")),
  device: orNull(device),
  session_list: texts("the sessions that its audio is from"),
  complete: flag("whether it has all audio of the range"),
  clock_ahead: seconds(
    "how far the clock is ahead of the file at its last audio; negative when behind",
  ),
  missing_list: listOf({
    at: seconds("where in the file"),
    start: time("when it begins"),
    end: orNull(time("when it ends; `null` when that is open")),
    duration: orNull(seconds("its length")),
    why: word(
      ["gap", "deleted", "lost", "not_recorded", "not_yet", "unknown"],
      "why: a gap in the log, retention, a missing file, no session, not yet recorded, or not in the log",
    ),
    cause: orNull(text("cause of a gap, as the log has it")),
  }, "times without audio"),
  damage_list: listOf({
    file_list: texts("chunks that it may be in"),
    duration: seconds("how much could not be decoded, and is silence"),
    message: orNull(text("why, as ffmpeg or the system put it")),
  }, "audio that the chunks lack though the log has it"),
  unlisted_chunks: count(
    "chunks in the folders that neither index nor log has; they are left out",
  ),
};

const SUMMARY: Fields = {
  sessions: count("number of sessions"),
  complete_logs: count(
    "how many have a log with all metadata, every line, and an end unless they are active",
  ),
  audio: seconds("length of their audio"),
  bytes: bytes("size of their chunks"),
  coverage: orNull(percent("audio's share of audio and gaps")),
  log_bytes_per_hour: orNull(
    bytes("size of their logs for each hour of audio"),
  ),
  failures: count("gaps but those at a start, a stop or a rollover"),
  explained_failures: count(
    "how many of those have a cause that says more than that ffmpeg ended",
  ),
  cause_list: listOf({
    cause: text("cause, as the log has it"),
    gaps: count("number of gaps"),
    gap_total,
  }, "gaps by cause, the longest first"),
};

/** A kind of JSON document. */
export interface DocumentKind {
  /** What prints it, or its file. */
  readonly title: string;
  /** Its value. */
  readonly kind: Kind;
}

const one = (fields: Fields): Kind => ({ form: "object", fields });
const many = (fields: Fields): Kind => ({ form: "list", item: one(fields) });

/** The documents by the names of their schemas. */
export const JSON_DOCUMENTS = {
  sessions: { title: "sessions --json", kind: many(SESSIONS) },
  summary: { title: "sessions --summary --json", kind: one(SUMMARY) },
  status: { title: "status --json", kind: many(STATUS) },
  explain: { title: "explain --json", kind: one(EXPLAIN) },
  verify: { title: "verify --json", kind: one(VERIFY) },
  export: { title: "export --json", kind: one(EXPORT) },
  report: { title: "report --json", kind: one(REPORT) },
  prune: { title: "prune --json", kind: one(PRUNE) },
  devices: { title: "devices --json", kind: many(DEVICES) },
  doctor: { title: "doctor --json", kind: one(DOCTOR) },
  config: { title: "config show --json", kind: one(CONFIG) },
  notify: { title: "a notification", kind: one(NOTIFY) },
  session: { title: "session.json", kind: one(SESSION_FILE) },
  chunks: { title: "a line of chunks.jsonl", kind: one(CHUNK_LINE) },
  deleting: {
    title: "a line of chunks.jsonl before a deletion",
    kind: one(INTENT_LINE),
  },
  deleted: {
    title: "a line of chunks.jsonl after a deletion",
    kind: one(DELETED_LINE),
  },
  kept: {
    title: "a line of chunks.jsonl after a deletion that was taken back",
    kind: one(KEPT_LINE),
  },
} as const satisfies Readonly<Record<string, DocumentKind>>;

/** Name of a document. */
export type DocumentName = keyof typeof JSON_DOCUMENTS;

/** The names of all documents. */
export const DOCUMENT_NAMES: readonly DocumentName[] = [
  ...["sessions", "summary", "status", "explain", "verify"] as const,
  ...["export", "report", "prune", "devices", "doctor"] as const,
  ...["config", "notify"] as const,
  ...["session", "chunks", "deleting", "deleted", "kept"] as const,
];

/** A field with its path, `a.b` in an object, `a[].b` in a list. */
export interface PlacedField {
  /** Its path. */
  readonly path: string;
  /** Its own key, the end of the path. */
  readonly key: string;
  /** The field. */
  readonly field: Field;
}

/** Returns all fields of a document, each before those inside it. */
export function fieldsIn(kind: Kind, prefix = ""): PlacedField[] {
  switch (kind.form) {
    case "list":
      return fieldsIn(kind.item, prefix === "" ? "" : `${prefix}[]`);
    case "map":
      return fieldsIn(kind.value, `${prefix}.*`);
    case "object":
      return Object.entries(kind.fields).flatMap(([key, field]) => {
        const path = prefix === "" ? key : `${prefix}.${key}`;
        return [{ path, key, field }, ...fieldsIn(field.kind, path)];
      });
    default:
      return [];
  }
}
