/**
 * A handler on a file system and a clock that tests hold in their hands.
 *
 * @module
 */

import { assertEquals, AssertionError } from "@std/assert";
import type { Level, SessionEvent } from "../../src/events.ts";
import {
  SessionLogHandler,
  type SessionLogHandlerOptions,
} from "../../src/log/write/handler.ts";
import { EventLogger } from "../../src/log/write/record.ts";
import { levelOf } from "../../src/log/format/levels.ts";
import { FakeClock } from "../fakes/clock.ts";
import { FakeLogFiles } from "../fakes/log_files.ts";

/** Path of the log in the fake file system. */
export const PATH = "/s/session.log";

/** A handler and all that it touches. */
export class Handled implements Disposable {
  /** Where its files are. */
  readonly files: FakeLogFiles;
  /** Its clock. */
  readonly clock: FakeClock;
  /** The handler. */
  readonly handler: SessionLogHandler;
  /** What it has complained about. */
  readonly trouble: string[] = [];
  readonly #logger: EventLogger;

  /** Sets up a handler. */
  constructor(
    options: Partial<SessionLogHandlerOptions> = {},
    { files = new FakeLogFiles(), clock = new FakeClock() } = {},
  ) {
    this.files = files;
    this.clock = clock;
    this.handler = new SessionLogHandler("DEBUG", {
      path: PATH,
      sessionId: "x",
      start: clock.now(),
      clock,
      files,
      onError: (line) => this.trouble.push(line),
      ...options,
    });
    this.#logger = new EventLogger("echolog.recorder", [this.handler]);
    this.handler.setup();
  }

  /** Logs an event. */
  emit(event: SessionEvent): void {
    this.#logger.event(event, levelOf(event));
  }

  /** Logs a line that may wait. */
  detail(n: number): void {
    this.emit(stderr(this.clock.now(), n, "DEBUG"));
  }

  /** Logs a lifecycle event, which may not wait. */
  lifecycle(n: number): void {
    this.emit({
      event: "ffmpeg_command",
      time: this.clock.now(),
      run: n,
      command: "lifecycle",
    });
  }

  /** The numbers of the lines in the files, oldest first. */
  get numbers(): number[] {
    return numbersIn(this.lines);
  }

  /** The lines in the files, oldest first. */
  get lines(): string[] {
    return this.parts.flatMap((text) => text.split("\n").slice(0, -1));
  }

  /** The texts of the files, oldest first. */
  get parts(): string[] {
    return logNames(this.files.names).map((name) => this.files.text(name));
  }

  /** Destroys the handler. */
  [Symbol.dispose](): void {
    this.handler.destroy();
  }
}

/** A line of ffmpeg with a number. */
export function stderr(time: number, n: number, level: Level): SessionEvent {
  return {
    event: "ffmpeg_stderr",
    time,
    run: n,
    severity: "info",
    context: null,
    line: "detail",
    level,
  };
}

/** The numbers in lines that were logged with one. */
export function numbersIn(lines: readonly string[]): number[] {
  return lines.flatMap((line) => {
    const [, n] = / run=(\d+) /.exec(line) ?? [];
    return n === undefined ? [] : [Number(n)];
  });
}

/** The numbers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

/** Asserts that numbers are those from `first` to `last`, and says where they are not. */
export function assertRun(
  numbers: readonly number[],
  first: number,
  last: number,
  message = "numbers",
): void {
  const wrong = numbers.findIndex((n, at) => n !== first + at);
  if (wrong >= 0) {
    const around = numbers.slice(Math.max(0, wrong - 2), wrong + 3);
    throw new AssertionError(`${message}: … ${around.join(" ")} …`);
  }
  assertEquals(numbers.length, last - first + 1, message);
}

/** Names of log files out of all names, oldest first. */
export function logNames(names: readonly string[]): string[] {
  const order = (name: string) => Number(name.split(".log.")[1] ?? 0);
  return names.filter((name) => /session\.log(\.\d+)?$/.test(name))
    .sort((a, b) => order(b) - order(a));
}
