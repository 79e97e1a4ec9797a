/**
 * Finds out what a URL gives that ffmpeg cannot record: a playlist that only
 * names the stream, or a web page.
 *
 * @module
 */

import type { Device } from "../../audio/device.ts";
import type { SessionEvent, Sink } from "../../events.ts";
import { runFfmpeg } from "../../ffmpeg/query.ts";
import type { Clock } from "../../platform/clock.ts";

/** What a text is instead of audio. */
export interface NotAudio {
  /** A phrase for it. */
  readonly what: string;
  /** The address of the stream in it, or `null`. */
  readonly url: string | null;
}

/** Returns what a text is, or `null` when it is neither a playlist nor a page. */
export function identifyText(text: string): NotAudio | null {
  const head = text.replace(/^\ufeff/, "").trimStart();
  const [url = null] = /https?:\/\/[^\s"'<>]+/i.exec(head) ?? [];
  if (/^\[playlist\]/i.test(head)) return { what: "a playlist (.pls)", url };
  // HLS begins like that, too, but ffmpeg records it.
  if (/^#EXTM3U/.test(head)) return { what: "a playlist (.m3u)", url };
  if (/^<asx/i.test(head)) return { what: "a playlist (.asx)", url };
  if (/^<\?xml[\s\S]*<playlist/i.test(head)) {
    return { what: "a playlist (.xspf)", url: linkIn(head) };
  }
  if (/^(?:<!doctype html|<html|<!--|<head)/i.test(head)) {
    return { what: "a web page, such as a network's login page", url: null };
  }
  const [line = ""] = head.split(/\r?\n/);
  return /^https?:\/\/\S+$/i.test(line)
    ? { what: "a playlist (.m3u)", url: line }
    : null;
}

/** Returns the address in an XSPF playlist, whose head names its schema. */
function linkIn(text: string): string | null {
  return /<location>\s*([^<\s]+)/i.exec(text)?.[1] ?? null;
}

/** Returns the sentence of the warning. */
export function describeNotAudio(
  address: string,
  { what, url }: NotAudio,
): string {
  const inside = url === null ? "" : `; the stream in it is ${url}`;
  return `${address} is ${what}, not audio${inside}`;
}

/** Milliseconds that the server has to answer. */
const LIMIT_MS = 5_000;

/** Returns what the URL gives that is not audio, or `null`. */
export async function readAsText(
  ffmpeg: string,
  url: string,
  inputArgs: readonly string[] = [],
): Promise<NotAudio | null> {
  const { stdout } = await runFfmpeg(ffmpeg, [
    ...["-hide_banner", "-nostdin", "-loglevel", "error", ...inputArgs],
    // The data as the server sends it, of 16 KiB at most.
    ...["-f", "data", "-i", url, "-map", "0", "-c", "copy"],
    ...["-fs", "16384", "-f", "data", "pipe:1"],
  ], { limit: LIMIT_MS });
  return identifyText(stdout.join("\n"));
}

/** Options of {@linkcode PlaylistWatch}. */
export interface PlaylistWatchOptions {
  /** The source. */
  readonly device: Device;
  /** Reads what the URL gives. */
  read(url: string): Promise<NotAudio | null>;
  /** The clock. */
  readonly clock: Clock;
  /** Takes the warning. */
  readonly sink: Sink;
}

/**
 * Warns once when the source of a session is a URL that gives no audio. It
 * looks when the first ffmpeg has failed.
 */
export class PlaylistWatch implements Sink {
  readonly #options: PlaylistWatchOptions;
  #isDone: boolean;

  /** Watches a session that has not begun. */
  constructor(options: PlaylistWatchOptions) {
    this.#options = options;
    this.#isDone = webAddress(options.device) === null;
  }

  emit(event: SessionEvent): void {
    if (this.#isDone) return;
    if (event.event === "ffmpeg_started") this.#isDone = true;
    if (event.event !== "ffmpeg_stopped" || event.stopped_by !== null) return;
    this.#isDone = true;
    void this.#look();
  }

  async #look(): Promise<void> {
    const { device, read, clock, sink } = this.#options;
    const url = webAddress(device);
    if (url === null) return;
    try {
      const found = await read(url);
      if (found === null) return;
      const message = describeNotAudio(url, found);
      const code = "source_not_audio";
      sink.emit({ event: "warning", time: clock.now(), code, message });
    } catch {
      // ffmpeg cannot be started: the session reports that.
    }
  }
}

/** Returns the address of a source on the web, or `null`. */
function webAddress(device: Device): string | null {
  return device.kind === "url" && /^https?:/i.test(device.url)
    ? device.url
    : null;
}
