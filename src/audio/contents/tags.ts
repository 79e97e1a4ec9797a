/**
 * What a chunk says of itself: a file that was mailed has lost its log.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";

/** The tags of a chunk. */
export interface ChunkTags {
  /** When its first sample was captured. */
  readonly start: EpochMs;
  /** Name of its session. */
  readonly session: string;
  /** Its number in the session. */
  readonly seq: number;
  /** Its device, without secrets, or `null` to keep that private. */
  readonly device: string | null;
  /** Version of echolog. */
  readonly echolog: string;
}

/** The tags that all chunks of a session share. */
export type SessionTags = Pick<ChunkTags, "session" | "device" | "echolog">;

/** What tells a chunk from all others. */
export interface ChunkIdentity {
  /** Name of its session. */
  readonly session: string;
  /** Its number in the session. */
  readonly seq: number;
}

/** Bytes that a text of tags takes at most. */
export const MAX_TEXT = 240;

/** A text that keeps room for tags, for formats that have none. */
export const ROOM: string = ".".repeat(MAX_TEXT);

/** Returns a moment as ISO 8601 in UTC with milliseconds. */
export function isoTime(time: EpochMs): string {
  return new Date(time).toISOString();
}

/** Returns the tags by their names in Vorbis comments, the ones that matter most first. */
export function commentsOf(tags: ChunkTags): [string, string][] {
  const { start, session, seq, device, echolog } = tags;
  return [
    ["DATE", isoTime(start)],
    ["TRACKNUMBER", String(seq)],
    ["SESSION", session],
    ["ECHOLOG", echolog],
    ...(device === null ? [] : [["DEVICE", device] satisfies [string, string]]),
  ];
}

/** Returns which chunk comments are of, or `null` when they do not say. */
export function identityOf(
  comments: readonly (readonly [string, string])[],
): ChunkIdentity | null {
  const valueOf = (wanted: string) =>
    comments.find(([name]) => name.toUpperCase() === wanted)?.[1];
  const session = valueOf("SESSION");
  const seq = valueOf("TRACKNUMBER") ?? "";
  return session === undefined || !/^\d+$/.test(seq)
    ? null
    : { session, seq: Number(seq) };
}

/** Returns the tags as one line. */
export function tagLine(tags: ChunkTags): string {
  const { start, session, seq, device, echolog } = tags;
  return [
    ...[isoTime(start), `session ${session}`, `chunk ${seq}`],
    ...[`echolog ${echolog}`, ...(device === null ? [] : [device])],
  ].join(", ");
}

/**
 * Returns which chunk a line of tags is of, or `null` when it does not say: it
 * may have been cut.
 */
export function identityIn(line: string): ChunkIdentity | null {
  const match = /^\S+, session (.*), chunk (\d+), echolog /s.exec(line);
  const [, session, seq] = match ?? [];
  return session === undefined ? null : { session, seq: Number(seq) };
}
