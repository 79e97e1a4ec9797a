/**
 * Table of ffmpeg's messages when recording fails, with meaning and advice. The
 * cause of a failure, the text of `echolog explain` and the list in
 * docs/troubleshooting.md come from it.
 *
 * The messages are those of ffmpeg 5.1 to 9 (libavdevice, libavformat,
 * fftools) and of the C library's strerror.
 *
 * @module
 */

import type { SourceKind } from "../audio/device.ts";
import { MIN_VERSION, NEWER_HINT } from "./version.ts";

/** Causes that ffmpeg's messages reveal. */
export type KnownCause =
  | "disk_full"
  | "folder_unwritable"
  | "device_busy"
  | "settings_refused"
  | "channel_missing"
  | "format_changed"
  | "permission_denied";

/** A message of ffmpeg's. */
export interface KnownMessage {
  /** Its constant part, as ffmpeg prints it. */
  readonly message: string;
  /** Matches it. */
  readonly pattern: RegExp;
  /**
   * The cause it reveals by itself; with `null` the cause depends on the time
   * of the message.
   */
  readonly cause: KnownCause | null;
  /** Its meaning, a sentence without its period. */
  readonly meaning: string;
  /** What to do about it, a sentence without its period. */
  readonly advice: string;
  /** What it means when the source is a stream, if that is something else. */
  readonly stream?: { readonly meaning: string; readonly advice: string };
}

/** Advice about a stream that failed. */
const CHECK_SERVER = "check the source, its server, and the network in between";

/** The messages, the most specific first. */
export const MESSAGES: readonly KnownMessage[] = [
  {
    message: "cannot open audio device hw:1 (No space left on device)",
    // The kernel reports a USB bus with too much reserved bandwidth like this.
    pattern: /cannot open audio device .*\(No space left on device\)/i,
    cause: "device_busy",
    meaning: "the USB bus has no bandwidth left for the device",
    advice:
      "plug it into a port on another hub, or unplug or stop whatever else uses that bus",
  },
  {
    message: "No space left on device",
    pattern: /No space left on device|Disk quota exceeded/i,
    cause: "disk_full",
    meaning: "the disk is full",
    advice:
      "make room, or choose another --output-dir; disk.min_free_bytes sets when you are warned",
  },
  {
    message: "Failed to open segment",
    pattern:
      /Failed to open segment|av_interleaved_write_frame\(\): (?:Permission|Input\/output)|Read-only file system/i,
    cause: "folder_unwritable",
    meaning: "the session's folder could not be written to",
    advice:
      "check its permissions, whether its disk is mounted read-only, and dmesg for the kernel's messages",
  },
  {
    message: "Device or resource busy",
    pattern: /Device or resource busy|device already in use by other/i,
    cause: "device_busy",
    meaning: "another program is using the device",
    advice:
      "stop that program (fuser -v /dev/snd/* names it), or record through the sound server, --device pulse:default, which shares it",
  },
  {
    message: "Unknown input format",
    pattern: /Unknown input format/i,
    cause: "settings_refused",
    meaning: "this ffmpeg cannot record from that kind of device",
    advice:
      "check --device: echolog devices lists what this ffmpeg records from; some builds leave out pulse or alsa",
  },
  {
    message: "cannot set channel count",
    pattern: /cannot set (?:channel count|sample rate|sample format)/i,
    cause: "settings_refused",
    meaning:
      "the device does not support this channel count, sample rate or depth",
    advice:
      "set --channels, --sample-rate and --bit-depth to what it supports, or let ALSA convert with --device alsa:plughw:… instead of alsa:hw:…",
  },
  {
    message: "input channel #2 not available",
    pattern: /input channel (?:#\d+|'[^']*') not available/i,
    cause: "channel_missing",
    meaning: "the source does not have the channel to record",
    advice: "set --channel to one that it has, counted from 1",
  },
  {
    message: "Unknown encoder",
    pattern: /Unknown encoder|Encoder not found/i,
    cause: "settings_refused",
    meaning: "this ffmpeg has no encoder for the format",
    advice: "choose another --format, or install a full build of ffmpeg",
  },
  {
    message: "matches no streams",
    pattern:
      /matches no streams|does not contain any stream|Invalid audio stream|Invalid channel layout/i,
    cause: "settings_refused",
    meaning: "the source has no audio that can be recorded with these settings",
    advice:
      "check the source with ffprobe, and check recording.channels and ffmpeg.output_args",
  },
  {
    message: "Unrecognized option 'stats_period'",
    pattern: /Unrecognized option 'stats_period'/,
    cause: "settings_refused",
    meaning: `this ffmpeg is too old: echolog needs ${MIN_VERSION} or later`,
    advice: NEWER_HINT,
  },
  {
    message: "Option not found",
    pattern:
      /Option .*not found|Unrecognized option|Error splitting the argument list|Error parsing|No such filter/i,
    cause: "settings_refused",
    meaning: "ffmpeg does not know an argument that it was given",
    advice: "check ffmpeg.input_args and ffmpeg.output_args, and the device",
  },
  {
    message: "Permission denied",
    pattern: /Permission denied|Operation not permitted|not authorized/i,
    cause: "permission_denied",
    meaning: "this user is not allowed to open the device",
    advice:
      "add the user to the audio group (usermod -aG audio USER) and log in again; on macOS, allow access to the microphone in the privacy settings",
    stream: {
      meaning: "this machine does not let ffmpeg reach the source",
      advice: "check the firewall of this machine, and the URL",
    },
  },
  {
    message: "Failed to create AV capture input device",
    pattern: /Failed to create AV capture input device/i,
    cause: "permission_denied",
    meaning: "macOS does not let this program use the microphone",
    advice:
      "allow it in System Settings, Privacy & Security, Microphone, for the program that starts echolog",
  },
  {
    message: "certificate verify failed",
    pattern:
      /certificate (?:verify failed|is not trusted|has expired)|certificate.*(?:NOT trusted|expired|revoked|does not match)|x509/i,
    cause: null,
    meaning: "the TLS certificate of the source was not accepted",
    advice:
      "check the host in the URL, the clock of this machine, and the certificate of the server; ca_file in ffmpeg.input_args names another authority",
  },
  {
    message: "wrong version number",
    pattern:
      /SSL routines|TLS (?:handshake|fatal|alert)|tls_.*(?:failed|error)/i,
    cause: null,
    meaning: "the encrypted connection (TLS) to the source failed",
    advice:
      "check whether the URL should begin with http:// or https://, and check the server",
  },
  {
    message: "Stream ends prematurely",
    pattern: /Stream ends prematurely/i,
    cause: null,
    meaning: "the connection to the source ended in the middle of its data",
    advice: CHECK_SERVER,
  },
  {
    message: "Server returned 401 Unauthorized",
    pattern: /401 Unauthorized/i,
    cause: null,
    meaning:
      "the source requires a user name and password, or rejected the ones it got",
    advice:
      "put USER:PASSWORD@ before the host in the URL; in them, write %40 for @, %2F for / and %3A for :",
  },
  {
    message: "Server returned 403 Forbidden",
    pattern: /403 Forbidden/i,
    cause: null,
    meaning: "the source refuses this user or this address",
    advice: "check the user's rights on the source, and the token in the URL",
  },
  {
    message: "Server returned 404 Not Found",
    pattern: /404 (?:Stream )?Not Found/i,
    cause: null,
    meaning: "the source has nothing at that path",
    advice: "check the path in the URL",
  },
  {
    message: "Server returned 4XX Client Error",
    pattern: /4XX Client Error/i,
    cause: null,
    meaning:
      "the source refused the request, as a camera does that has no audio",
    advice: "check with ffprobe that the source has audio, and check the URL",
  },
  {
    message: "Server returned 5XX Server Error reply",
    pattern: /5XX Server Error|HTTP error 5\d\d|50\d Service/i,
    cause: null,
    meaning: "the source itself is in trouble",
    advice: "check the source",
  },
  {
    message: "Connection refused",
    pattern: /Connection refused/i,
    cause: null,
    meaning: "nothing answers at that address and port",
    advice: "check that the source is running, and check the port in the URL",
  },
  {
    message: "Failed to resolve hostname",
    pattern: /Failed to resolve hostname/i,
    cause: null,
    meaning: "the name of the source cannot be found",
    advice: "check the host in the URL, and the name service (DNS)",
  },
  {
    message: "Connection timed out",
    pattern:
      /Connection timed out|Operation timed out|No route to host|Network is unreachable/i,
    cause: null,
    meaning: "the source cannot be reached over the network",
    advice: "check the network, and any firewall in between",
  },
  {
    message: "Channel change is not supported",
    // ffmpeg 9 ends at a chained Ogg stream of another format.
    pattern: /(?:Channel|Sample rate) change is not supported/,
    cause: "format_changed",
    meaning: "the stream changed its sample rate or its channels",
    advice: "nothing: echolog reconnects by itself",
  },
  {
    message: "Connection reset by peer",
    pattern: /Connection reset by peer|Broken pipe/i,
    cause: null,
    meaning: "the source closed the connection",
    advice: "check the source",
  },
  {
    message: "Invalid data found when processing input",
    pattern: /Invalid data found when processing input/i,
    cause: null,
    meaning: "the source sent no data, or an unknown format",
    advice:
      "check that the URL is right, and that the source speaks its protocol and sends audio: try ffprobe URL",
  },
  {
    message: "Protocol not found",
    pattern: /Protocol not found/i,
    cause: null,
    meaning: "this ffmpeg does not speak that protocol",
    advice: "check the beginning of the URL, up to ://",
  },
  {
    message: "Generic error in an external library",
    pattern: /Generic error in an external library/i,
    cause: null,
    meaning: "the sound server stopped, or it removed the device",
    advice:
      "find out why the sound server stopped, with journalctl --user -u pipewire-pulse -u pulseaudio",
    stream: {
      meaning: "the connection to the source failed",
      advice: CHECK_SERVER,
    },
  },
  {
    message: "No such process",
    pattern: /No such process/i,
    cause: null,
    meaning:
      "no sound server answers, or the sound server has no source of that name",
    advice:
      "echolog devices lists the sources; cron and services find the sound server only with XDG_RUNTIME_DIR=/run/user/UID set, and only while it runs (loginctl enable-linger USER)",
  },
  {
    message: "cannot open audio device",
    pattern:
      /cannot open audio device|cannot find card|Cannot get card index|Audio device not found|Could not find audio (?:only )?device|Invalid audio device index/i,
    cause: null,
    meaning: "there is no such device",
    advice: "run echolog devices to list devices, and name one with --device",
  },
  {
    message: "No such device",
    pattern: /No such device/i,
    cause: null,
    meaning: "the device was unplugged",
    advice:
      "check the plug and the cable, and the kernel's messages: journalctl -k, or dmesg -T",
  },
  {
    message: "ALSA buffer xrun",
    pattern: /\bxrun\b|overrun|queue blocking/i,
    cause: null,
    meaning: "ffmpeg did not read the audio from the device in time",
    advice:
      "the machine or its disk is too busy: check what else is running, or record with a lower --sample-rate",
    stream: {
      meaning: "ffmpeg did not read the stream in time",
      advice: "the machine or its disk is too busy: check what else is running",
    },
  },
  {
    message: "No such file or directory",
    pattern: /No such file or directory/i,
    cause: null,
    meaning: "the device does not exist",
    advice: "run echolog devices to list devices, and name one with --device",
    stream: {
      meaning: "the source has nothing at that path",
      advice: "check the path in the URL",
    },
  },
  {
    message: "Input/output error",
    pattern: /Input\/output error|I\/O error/i,
    cause: null,
    meaning: "the device could not be opened or read",
    advice:
      "check its name (run echolog devices), the plug and the cable, and dmesg for the kernel's messages",
    stream: {
      meaning: "the connection to the source failed",
      advice: CHECK_SERVER,
    },
  },
];

/**
 * Returns the most specific message of the table that a text contains, or
 * `null`, with its meaning for that kind of source.
 */
export function messageIn(
  text: string,
  kind: SourceKind | null = null,
): KnownMessage | null {
  const found = MESSAGES.find(({ pattern }) => pattern.test(text)) ?? null;
  return found === null || kind !== "stream"
    ? found
    : { ...found, ...found.stream };
}

/** Whether ffmpeg reports only that echolog stopped it. */
export function isOwnStop(line: string): boolean {
  return /Immediate exit requested|Failure occurred when ending segment/
    .test(line);
}
