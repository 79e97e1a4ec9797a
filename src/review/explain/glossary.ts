/**
 * Explains the log's causes of gaps, and codes of warnings and errors in plain
 * language, each with advice.
 *
 * @module
 */

import { proposeCommand } from "../../platform/own_command.ts";
import type { SourceKind } from "../../audio/device.ts";
import {
  FAILURE_CODES,
  type FailureCode,
  GAP_CAUSES,
  type GapCause,
  WARNING_CODES,
  type WarningCode,
} from "../../events.ts";

/** Meaning of a word in the log. */
export interface Meaning {
  /** A phrase or sentence without its period. */
  readonly text: string;
  /** What to do about it, or `null` when there is nothing to do. */
  readonly advice: string | null;
}

const SEE_SOURCE = "check the device or its server";

/** Advice when ffmpeg reported no reason at the level of the log. */
export const SAY_MORE =
  "record with --log-level debug to see everything that it prints";

/** Causes of gaps. */
const CAUSES = {
  device_gone: {
    text: "the device or its sound server disappeared during the recording",
    advice:
      "check the plug and the cable, and find out why the sound server stopped",
  },
  device_missing: {
    text: "the device could not be opened",
    advice: "run echolog devices to list devices, and name one with --device",
  },
  source_moved: {
    text:
      "the named source disappeared, and the sound server gave another one instead",
    advice:
      "check the plug and the cable of the device; echolog devices lists what is there",
  },
  device_busy: {
    text: "another program was using the device",
    advice: "stop that program, or record through the sound server",
  },
  permission_denied: {
    text: "this user is not allowed to open the device",
    advice: "add the user to the audio group",
  },
  stall: {
    text: "ffmpeg kept running but produced no more audio",
    advice: `${SEE_SOURCE}; recovery.stall_timeout sets how long echolog waits`,
  },
  audio_lost: {
    text: "audio was dropped on its way to ffmpeg, which kept running",
    advice:
      "the machine or its disk was too busy: check what else was running at that time",
  },
  format_changed: {
    text:
      "the source changed its sample rate or its channels, for which ffmpeg is restarted",
    advice: null,
  },
  source_ended: {
    text: "the source ended: its server closed the stream",
    advice:
      "check whether the URL is a live stream, and find out why its server ends it",
  },
  suspend: {
    text: "the machine slept",
    advice:
      "keep it awake while it records, for example with systemd-inhibit echolog record",
  },
  rollover: {
    text:
      "the recorder began a new session, and the device can be opened only once",
    advice:
      "to lose nothing there, record through the sound server (pulse:NAME), or leave out recording.session_duration",
  },
  ffmpeg_killed: {
    text: "ffmpeg was killed by a signal",
    advice:
      "find out what killed it: the kernel when memory ran out (journalctl -k, dmesg), or a kill command",
  },
  chunk_finalize_failed: {
    text:
      "recorded audio could not be kept: its file was removed or truncated, or could not be written",
    advice:
      "check whether another program uses the folder, and check the disk's health",
  },
  slow_start: {
    text:
      "no audio had been received yet: the device or its server was slow to open",
    advice:
      "nothing, if the gap is short; if the beginning matters, start the recording earlier",
  },
  slow_stop: {
    text: "ffmpeg was asked to stop and took a long time to do so",
    advice: null,
  },
  disk_full: {
    text: "the disk was full",
    advice: "make room, or choose another --output-dir",
  },
  disk_read_only: {
    text: "the disk was mounted read-only",
    advice:
      "find out why in dmesg: many file systems become read-only after an error; then check the disk and mount it again",
  },
  disk_error: {
    text: "the disk reported errors",
    advice:
      "check the disk, its cable and its server, and dmesg for the kernel's messages",
  },
  folder_unwritable: {
    text: "the session's folder could not be written to",
    advice:
      "check its permissions, and whether its disk was read-only or had errors",
  },
  not_written: {
    text: "ffmpeg captured audio but could not write it to a file",
    advice:
      "check ffmpeg.output_args, and whether this ffmpeg may write to the folder (a snap or a container may not see it)",
  },
  settings_refused: {
    text: "ffmpeg does not accept the device's format or the arguments",
    advice: "run echolog doctor with the same settings",
  },
  channel_missing: {
    text: "the source does not have the channel to record",
    advice: "set --channel to one that it has",
  },
  ffmpeg_exited: {
    text: "ffmpeg exited without an error message",
    advice: SAY_MORE,
  },
  ffmpeg_unusable: {
    text: "ffmpeg could not be started",
    advice: "check that it is installed: echolog doctor",
  },
  folder_gone: {
    text: "the session's folder was deleted during the recording",
    advice:
      "find out what deletes files there; echolog created the folder again",
  },
  mount_missing: {
    text: "the disk of recording.require_mount was not mounted",
    advice: "find out why it was unmounted: its cable, its power, journalctl",
  },
} satisfies Record<GapCause, Meaning>;

/** Returns a code of the log as words: `device_gone` as `device gone`. */
export function inWords(code: string): string {
  return code.replaceAll("_", " ");
}

/** Advice about a stream. */
const CHECK_SERVER = "check the source, its server, and the network in between";

/** Causes that mean something else when the source is a stream. */
const STREAM_CAUSES: { readonly [K in GapCause]?: Meaning } = {
  device_gone: {
    text: "the connection to the source ended",
    advice: CHECK_SERVER,
  },
  device_missing: {
    text: "the source could not be opened",
    advice: "check the URL, and that its server is running",
  },
  permission_denied: {
    text: "this machine does not let ffmpeg reach the source",
    advice: "check the firewall of this machine, and the URL",
  },
  stall: {
    text: "the source sent no more audio",
    advice:
      `${CHECK_SERVER}; recovery.stall_timeout sets how long echolog waits`,
  },
  // A stream over TCP loses audio only where its server drops it.
  audio_lost: {
    text: "the stream skipped audio: it was lost before it was received",
    advice: CHECK_SERVER,
  },
  slow_start: {
    text: "no audio had been received yet: the source was slow to answer",
    advice:
      "nothing, if the gap is short; if the beginning matters, start the recording earlier",
  },
};

/** Causes of a source of which it is not known what it is. */
const UNKNOWN_CAUSES: { readonly [K in GapCause]?: Meaning } = {
  device_missing: {
    text: "the source could not be opened",
    advice: `${SEE_SOURCE}, and its name in the configuration`,
  },
  device_gone: {
    text: "the source disappeared during the recording",
    advice: `${SEE_SOURCE}, and for a stream the network in between`,
  },
};

/** Returns the meaning of a gap's cause, for a kind of source. */
export function meaningOfCause(
  cause: string,
  kind: SourceKind | null = "device",
): Meaning {
  const known = GAP_CAUSES.find((one) => one === cause);
  if (known === undefined) return { text: inWords(cause), advice: null };
  const other = kind === "stream"
    ? STREAM_CAUSES[known]
    : kind === null
    ? UNKNOWN_CAUSES[known]
    : undefined;
  return other ?? CAUSES[known];
}

/** Returns the meaning of ffmpeg exiting by itself without an error. */
export function meaningOfSilentEnd(isStream: boolean): Meaning {
  const end =
    "ffmpeg ended by itself with exit code 0 and no error, as it does";
  return isStream
    ? {
      text: `${end} when the server ends a stream`,
      advice:
        "find out why the server did so, and whether it ends every connection after some time",
    }
    : {
      text: `${end} when a device vanishes`,
      advice: meaningOfCause("device_gone").advice,
    };
}

/** Returns the advice for a log of this level. A log with all lines can only be read. */
export function adviceAt(
  level: string | null,
  advice: string | null,
  session: string,
): string | null {
  return level === "debug" && advice === SAY_MORE
    ? `read everything that it printed: ${
      proposeCommand(["logs", "--event", "ffmpeg_stderr"], session)
    }`
    : advice;
}

/** Advice for codes of warnings and errors whose message has none. */
const CODES: Readonly<Record<WarningCode | FailureCode, string | null>> = {
  digital_silence:
    "the device is muted, dead or the wrong one: check its switch, cable and mixer (pavucontrol, alsamixer)",
  channel_silence: "check the cable and the plug of that channel",
  notify_failed:
    "run notify.command by hand, or let echolog doctor --notify try it",
  silence:
    "listen to the audio since that time; recording.silence_dbfs is the level",
  card_number: "name the card, so that the next boot records the same one",
  clipping: "lower the input level",
  disk_low: "make room before the disk is full",
  clock_step:
    "the times before and after do not line up, but the audio does; check the time service (timedatectl)",
  mount_missing: "mount its disk; recording then resumes by itself",
  log_lines_dropped: "check the disk that the log is on",
  chunk_finalize_failed:
    "the file, if it is still there, is kept as it is, and ffmpeg may be able to play it",
  chunk_truncated: "check the disk: ffmpeg wrote less than it reported",
  registry_write_failed: "give echolog a home folder that it can write to",
  retention_blocked: "see what would be deleted with echolog prune --dry-run",
  retention_clock:
    "check the clock of the machine; audio is deleted by age again once it is right",
  retention_failed: "check the permissions of the output folder, and the disk",
  rollover_failed:
    "the recording continues in the old session; check the disk, its mount and the permissions of the output folder",
  sound_server_missing:
    "find out what was recorded; naming the device with --device lets no other be recorded",
  source_changed:
    "to record one source whatever the default is, name it with --device",
  source_moved:
    "listen to the audio since that time: it may be from another microphone",
  source_not_audio: "give --device the address of the stream itself",
  state_write_failed: "check the disk and the permissions of the folder",
  sync_failed:
    "check the disk: a power cut may take more than recording.sync_interval of audio",
  internal_error: "report it with this log: that should not happen",
  // Their messages, or their gaps, need no advice.
  audio_overlap: null,
  audio_repeated: null,
  channel_silence_ended: null,
  digital_silence_ended: null,
  disk_error: null,
  disk_full: null,
  disk_read_only: null,
  ffmpeg_kill_failed: null,
  ffmpeg_output_throttled: null,
  ffmpeg_unusable: null,
  chunks_lost: "find out what deletes or moves files there",
  folder_gone: null,
  folder_not_private:
    "choose another --output-dir, or mount its disk for this user alone (uid, umask)",
  folder_unreadable: null,
  format_changed: null,
  source_slow:
    "check the source's sample rate, its server, and the network in between",
  log_clock_back: null,
  stall: null,
  silence_ended: null,
  start_failed: null,
  suspend: null,
};

/** Advice that is another when the source is a stream. */
const STREAM_CODES: { readonly [K in WarningCode | FailureCode]?: string } = {
  digital_silence:
    "listen to the stream with another player: its source sends silence",
  clipping: "the source is too loud: its sender has to lower its level",
};

/** Returns the advice for a warning or an error, or `null`. */
export function adviceOnCode(
  code: string,
  kind: SourceKind | null = "device",
): string | null {
  const known = [...WARNING_CODES, ...FAILURE_CODES].find((one) =>
    one === code
  );
  if (known === undefined) return null;
  return (kind === "stream" ? STREAM_CODES[known] : undefined) ?? CODES[known];
}
