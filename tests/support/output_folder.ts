/**
 * An output folder with sessions, as retention finds it.
 *
 * @module
 */

import { join } from "@std/path";
import type { EpochMs } from "../../src/events.ts";
import { chunkName } from "../../src/audio/chunk_name.ts";
import type { Format } from "../../src/audio/format.ts";
import {
  type ChunkIndex,
  readChunkIndex,
} from "../../src/sessions/chunks/chunk_index.ts";
import { appendToIndex } from "../../src/sessions/chunks/index_writer.ts";
import { STATE_FILE } from "../../src/sessions/state_file.ts";
import { event } from "./events.ts";
import { textFormat } from "../../src/log/format/line.ts";
import { encodeEvent } from "../../src/log/format/event_fields.ts";
import { type TempFolder, tempFolder } from "./temp.ts";

/** Milliseconds of an hour. */
export const HOUR = 3_600_000;
/** Milliseconds of a day. */
export const DAY = 24 * HOUR;

/** Options of {@linkcode OutputFolder.session}. */
export interface SessionMade {
  /** Start of its first chunk. */
  readonly start: EpochMs;
  /** Number of chunks. */
  readonly chunks: number;
  /** Milliseconds of a chunk; an hour unless given. */
  readonly length?: number;
  /** Bytes of each chunk. */
  readonly size?: number;
  /** Format of the chunks. */
  readonly format?: Format;
  /** Whether it has ended; true unless given. */
  readonly isEnded?: boolean;
  /** Whether it has an index; without one, its log names the chunks. */
  readonly hasIndex?: boolean;
}

/** An output folder that is removed in the end. */
export class OutputFolder implements Disposable {
  /** Its path. */
  readonly path: string;
  readonly #temp: TempFolder | null;

  /** A folder of its own, or one at a path. */
  constructor(path: string | null = null) {
    this.#temp = path === null ? tempFolder() : null;
    this.path = path ?? this.#temp?.path ?? "";
    Deno.mkdirSync(this.path, { recursive: true });
  }

  /** Removes a folder of its own. */
  [Symbol.dispose](): void {
    this.#temp?.[Symbol.dispose]();
  }

  /** Makes a session. */
  session(id: string, made: SessionMade): void {
    const folder = join(this.path, id);
    Deno.mkdirSync(folder, { mode: 0o700 });
    this.add(id, 1, made);
    this.end(id, made);
  }

  /** Writes the state of a session. */
  end(id: string, { start, chunks, isEnded = true }: SessionMade): void {
    const folder = join(this.path, id);
    const at = (time: EpochMs) => new Date(time).toISOString();
    const wall = chunks * 3_600;
    Deno.writeTextFileSync(
      join(folder, STATE_FILE),
      JSON.stringify({
        ...{ version: 1, session_id: id, start: at(start), folder },
        state: isEnded ? "ended" : "recording",
        ...{ log: join(folder, "session.log"), device: "test", pid: 1 },
        ...{ run: 1, chunks, audio: wall, gaps: 0, retries: 0 },
        ...{ reason: isEnded ? "interrupted" : null, coverage: 100 },
        ...{ wall: isEnded ? wall : null, updated: at(start + wall * 1000) },
      }),
    );
  }

  /** Adds chunks to a session, from a number on. */
  add(
    id: string,
    from: number,
    { start, chunks, length = HOUR, ...made }: SessionMade,
  ): void {
    const { size = 10, format = "flac", hasIndex = true } = made;
    const folder = join(this.path, id);
    const added = Array.from({ length: chunks }, (_, index) => {
      const seq = from + index;
      const begin = start + index * length;
      return event("chunk_created", {
        ...{ file: chunkName(seq, format), seq, run: 1, size },
        ...{ time: begin + length, start: begin, end: begin + length },
        duration: length / 1000,
      });
    });
    for (const { file } of added) {
      Deno.writeFileSync(join(folder, file), new Uint8Array(size));
    }
    if (hasIndex) appendToIndex(folder, added);
    const options = { format: textFormat, utc: true, redact: String };
    const log = added.map((one) => encodeEvent(one, options));
    Deno.writeTextFileSync(
      join(folder, "session.log"),
      log.map((line) => `${line}\n`).join(""),
      { append: true },
    );
  }

  /** Returns the chunk files that are left, as `session/number`. */
  left(): string[] {
    return [...Deno.readDirSync(this.path)]
      .filter(({ isDirectory }) => isDirectory)
      .flatMap(({ name }) =>
        [...Deno.readDirSync(join(this.path, name))]
          .flatMap(({ name: file }) => {
            const [, seq] = /^chunk_0*(\d+)\.\w+$/.exec(file) ?? [];
            return seq === undefined ? [] : [`${name}/${seq}`];
          })
      ).sort();
  }

  /** Returns the index of a session. */
  index(id: string): ChunkIndex {
    return readChunkIndex(join(this.path, id));
  }
}
