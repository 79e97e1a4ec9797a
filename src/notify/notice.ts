/**
 * What a notification says, before it is put into words.
 *
 * @module
 */

import type { NotifyEvent } from "../config/notify_events.ts";
import type {
  EpochMs,
  FfmpegStderr,
  Gap,
  Seconds,
  SessionStop,
} from "../events.ts";

/** A notification without its words. */
export type Notice =
  & { readonly time: EpochMs }
  & (
    /** A session began. */
    | { readonly event: "started" }
    /** Audio is missing. */
    | { readonly event: "outage" } & OutageFacts
    /** Audio is back. */
    | { readonly event: "recovered" } & OutageFacts
    /** There is nothing but silence. */
    | {
      readonly event: "silence";
      readonly since: EpochMs;
      readonly code: SilenceCode;
      /** The silent channels, if others have sound. */
      readonly channels: readonly number[];
    }
    /** There is sound again. */
    | {
      readonly event: "sound";
      readonly since: EpochMs;
      readonly duration: Seconds;
      readonly code: SilenceCode;
      readonly channels: readonly number[];
    }
    /** Little space is left. */
    | {
      readonly event: "disk_low";
      readonly free: number | null;
      /** How long it lasts, or `null` if unknown. */
      readonly left: Seconds | null;
    }
    /** Nothing can be written. */
    | { readonly event: "disk_full"; readonly code: string }
    /** The log cannot be written. */
    | { readonly event: "log_trouble"; readonly problem: string }
    /** The session ended, or its recorder had died. */
    | {
      readonly event: "ended" | "crashed";
      readonly stop: SessionStop;
      /** The longest gaps, in their order. */
      readonly gaps: readonly Gap[];
    }
    /** Audio is received. */
    | { readonly event: "heartbeat"; readonly since: EpochMs }
    /** A trial of the command. */
    | { readonly event: "test" }
  );

/** Names of notices: those of `notify.on`, and the trial. */
export type NoticeName = Notice["event"];

/** Codes of silences: those of the warnings. */
export type SilenceCode = "digital_silence" | "silence" | "channel_silence";

/** Every notification can be sent. */
type Covered = Exclude<NotifyEvent, NoticeName> extends never ? true : never;
const _isCovered: Covered = true;

/** What is known of an outage. */
export interface OutageFacts {
  /** End of the audio before it. */
  readonly since: EpochMs;
  /** Its length so far, or in all. */
  readonly duration: Seconds;
  /** Why audio is missing. */
  readonly cause: string;
  /** The first lines of ffmpeg since the last audio. */
  readonly said: readonly FfmpegStderr[];
}
