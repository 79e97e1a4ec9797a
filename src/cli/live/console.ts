/**
 * The output of a recording: errors and warnings, and on a terminal a live
 * line.
 *
 * @module
 */

import type { Format } from "../../audio/format.ts";
import { endSummary } from "./end_summary.ts";
import { LiveView } from "./view.ts";
import { oneLine } from "../../errors.ts";
import type { Sink } from "../../events.ts";
import type { Clock, TimerHandle } from "../../platform/clock.ts";
import { ChunkFolder } from "../../sessions/chunks/chunk_folder.ts";
import type { SessionTotals } from "../../sessions/totals.ts";
import { Foreground } from "../../terminal/foreground.ts";
import { onResize } from "../../terminal/full_screen.ts";
import { type LiveLine, liveLineOnStderr } from "../../terminal/live_line.ts";
import { NonBlockingWriter } from "../../terminal/nonblocking_writer.ts";
import { PLAIN, styleOf } from "../../terminal/style.ts";
import { widthOf } from "../../terminal/width.ts";

/** Milliseconds between two draws: peaks come once a second. */
const DRAW_MS = 1_000;
/** Minimum milliseconds between two draws, except after Ctrl-C. */
const PAUSE_MS = 500;
/**
 * Maximum milliseconds to wait at the end for a terminal that takes no output.
 */
const LAST_WAIT_MS = 1_000;

/** The files of a session, and its sums. */
export interface ShownFiles {
  /** Its folder. */
  readonly folder: string;
  /** Format of its chunks. */
  readonly format: Format;
  /** Its totals. */
  readonly totals: SessionTotals;
}

interface ShownSession {
  readonly view: LiveView;
  readonly totals: SessionTotals;
  readonly startedAt: number;
}

/** stderr while a session is recorded. */
export class RecordingConsole implements AsyncDisposable {
  readonly #clock: Clock;
  #session: ShownSession | null = null;
  #line: LiveLine | null = null;
  /** Writer to a terminal, which may be stopped at any time. */
  #terminal: NonBlockingWriter | null = null;
  #openBytes = () => 0;
  #timer: TimerHandle | null = null;
  #drawnAt = -Infinity;
  #resize: Disposable | null = null;
  #foreground: Foreground | null = null;
  #style = PLAIN;

  /** Creates a console without a live line. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Prints an error or a warning, never into the live line. */
  printError(line: string): void {
    this.#print(`echolog: ${oneLine(line)}`);
  }

  /** Prints a line that names its program itself. */
  print(line: string): void {
    this.#print(oneLine(line));
  }

  /**
   * Shows a session, instead of one before it. Starts the live line if stderr is
   * a terminal, unless that is not wanted.
   */
  show(
    { folder, format, totals }: ShownFiles,
    isQuiet = false,
  ): Sink {
    const view = new LiveView(totals);
    const startedAt = this.#clock.monotonic();
    this.#session = { view, totals, startedAt };
    const chunks = new ChunkFolder({ folder, format });
    this.#openBytes = openSize(chunks, () => view.nextChunk);
    if (this.#line === null && !isQuiet && Deno.stderr.isTerminal()) {
      const terminal = new NonBlockingWriter({
        write: (bytes) => Deno.stderr.write(bytes),
        onIdle: () => this.#line?.resume(),
      });
      this.#terminal = terminal;
      this.#line = liveLineOnStderr({
        write: (bytes) => terminal.write(bytes),
        isBusy: () => terminal.isBusy,
      });
      this.#resize = onResize(() => this.#drawSoon());
      this.#style = styleOf(Deno.stderr);
      this.#foreground = new Foreground(this.#clock, () => this.#drawSoon());
      this.#draw();
    }
    return {
      emit: (event) => view.emit(event),
      observe: (telemetry) => {
        view.observe(telemetry);
        // Shown at once, as a response to Ctrl-C.
        if (telemetry.kind === "stopping") this.#draw();
      },
    };
  }

  /** Removes the live line and, if there was one, prints a summary. */
  finish(log: string): void {
    const line = this.#line;
    this.#takeAway();
    const stop = this.#session?.view.stop ?? null;
    if (line === null || stop === null) return;
    const bytes = this.#session?.totals.bytes ?? 0;
    for (const text of endSummary(stop, bytes, log, line.room)) {
      line.print(text);
    }
  }

  /** Prints a line above the live line; without one, nothing. */
  note(line: string): void {
    if (this.#line !== null) this.printError(line);
  }

  /** Removes the live line and waits a moment for the terminal. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#takeAway();
    await this.#terminal?.settle(LAST_WAIT_MS);
  }

  #takeAway(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#resize?.[Symbol.dispose]();
    this.#resize = null;
    this.#foreground?.[Symbol.dispose]();
    this.#foreground = null;
    this.#line?.[Symbol.dispose]();
    this.#line = null;
  }

  #print(line: string): void {
    if (this.#line !== null) {
      this.#line.print(line);
      this.#drawSoon();
      return;
    }
    const bytes = new TextEncoder().encode(`${line}\n`);
    try {
      if (this.#terminal === null) Deno.stderr.writeSync(bytes);
      else this.#terminal.write(bytes);
    } catch {
      // The terminal or the pipe is gone; the log has all messages.
    }
  }

  /** Draws at once, unless the last draw was too recent. */
  #drawSoon(): void {
    if (this.#line === null) return;
    const wait = this.#drawnAt + PAUSE_MS - this.#clock.monotonic();
    if (wait <= 0) this.#draw();
    else this.#schedule(wait);
  }

  #schedule(wait: number): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#draw(), wait);
    this.#clock.unref(this.#timer);
  }

  #painted(text: string): string {
    const trouble = this.#session?.view.trouble ?? null;
    const { red } = this.#style;
    return trouble === null ? text : text.replace(trouble, () => red(trouble));
  }

  #draw(): void {
    const line = this.#line;
    const session = this.#session;
    if (line === null || session === null) return;
    this.#drawnAt = this.#clock.monotonic();
    // In the background, the terminal belongs to another program.
    if (this.#foreground?.isBackground === true) return line.leave();
    const text = session.view.line({
      elapsed: (this.#drawnAt - session.startedAt) / 1000,
      openBytes: this.#openBytes(),
      now: this.#clock.now(),
    }, line.room);
    line.draw(this.#painted(text), widthOf(text));
    this.#schedule(DRAW_MS);
  }
}

/**
 * Returns a function that returns the size of the open chunk, as it was at its
 * last call: a disk that hangs must not hold the live line.
 */
function openSize(chunks: ChunkFolder, next: () => number): () => number {
  let bytes = 0;
  let isLooking = false;
  const look = async () => {
    isLooking = true;
    try {
      const [open] = await chunks.open(next());
      bytes = open?.size ?? 0;
    } catch {
      // The folder may not be readable any more; the log reports that.
      bytes = 0;
    }
    isLooking = false;
  };
  return () => {
    if (!isLooking) void look();
    return bytes;
  };
}
