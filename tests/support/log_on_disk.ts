/**
 * A log handler that writes to a real folder.
 *
 * @module
 */

import { assert } from "@std/assert";
import {
  SessionLogHandler,
  type SessionLogHandlerOptions,
} from "../../src/log/write/handler.ts";
import { FakeClock } from "../fakes/clock.ts";
import { logNames } from "./handled_log.ts";
import { type TempFolder, tempFolder } from "./temp.ts";

/** A handler on real files, with a clock that tests hold in their hands. */
export class OnDisk implements Disposable {
  readonly folder: TempFolder = tempFolder();
  readonly clock = new FakeClock();
  readonly trouble: string[] = [];
  readonly handler: SessionLogHandler;
  readonly path: string;

  constructor(options: Partial<SessionLogHandlerOptions> = {}) {
    this.path = `${options.path ?? this.folder.path}/session.log`;
    this.handler = new SessionLogHandler("DEBUG", {
      sessionId: "x",
      start: this.clock.now(),
      clock: this.clock,
      onError: (line) => this.trouble.push(line),
      ...options,
      path: this.path,
    });
    this.handler.setup();
  }

  /** The files' contents, oldest first. */
  get parts(): Uint8Array[] {
    const folder = this.path.slice(0, this.path.lastIndexOf("/"));
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    return logNames(names).map((name) =>
      Deno.readFileSync(`${folder}/${name}`)
    );
  }

  /** The lines of all files but those that the log added itself. */
  get lines(): string[] {
    return this.parts.flatMap(linesOf);
  }

  [Symbol.dispose](): void {
    this.handler.destroy();
    this.folder[Symbol.dispose]();
  }
}

/** The lines of a file but those that the log added itself. */
export function linesOf(bytes: Uint8Array): string[] {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  assert(text === "" || text.endsWith("\n"), "no line is torn");
  return text.split("\n").slice(0, -1)
    .filter((line) => !/echolog\.log: log_rotated/.test(line));
}

export function isSame(
  some: readonly string[],
  others: readonly string[],
): boolean {
  return some.length === others.length &&
    some.every((line, n) => line === others[n]);
}
