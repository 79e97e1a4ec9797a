/**
 * A real terminal, by tmux: programs run in it, its screen is read, it gets
 * another size.
 *
 * @module
 */

import { join } from "@std/path";
import { type TempFolder, tempFolder } from "./temp.ts";
import { waitFor } from "./wait.ts";

/** How a terminal is opened. */
export interface TerminalOptions {
  /** Its columns. */
  readonly columns: number;
  /** Its rows. */
  readonly rows: number;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
}

/** Whether there is a tmux; where not, says so. */
export async function hasTmux(): Promise<boolean> {
  try {
    await new Deno.Command("tmux", { args: ["-V"] }).output();
    return true;
  } catch {
    console.log("skipped: there is no tmux");
    return false;
  }
}

/** The environment of a user at a terminal. */
export function terminalEnvironment(home: string): Record<string, string> {
  const kept = ["PATH", "JSR_URL", "DENO_DIR", "DENO_COVERAGE_DIR"]
    .flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    });
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    LANG: "C.UTF-8",
    TZ: "UTC",
    DENO_NO_UPDATE_CHECK: "1",
  };
}

/** The title that the terminal gets at the end: it comes after all output. */
const END = "\x1b]2;ended\x07";
/** Runs a program as soon as all that it writes is kept, and says when it has ended. */
const RUN = `trap : INT
until [ -e "$0" ]; do sleep 0.05; done
"$@"
printf '\\033]2;ended\\007'
while :; do sleep 1000; done`;

/** A terminal in which one program runs; disposing of it ends both. */
export class Terminal implements AsyncDisposable {
  readonly #folder: TempFolder;

  private constructor(folder: TempFolder) {
    this.#folder = folder;
  }

  /** Opens a terminal and starts a program in it. */
  static async open(
    command: readonly string[],
    { columns, rows, env }: TerminalOptions,
  ): Promise<Terminal> {
    const terminal = new Terminal(tempFolder());
    const variables = Object.entries(env).map(([key, value]) =>
      `${key}=${value}`
    );
    // The program waits until all that it writes is kept.
    const gate = join(terminal.#folder.path, "gate");
    await terminal.#tmux([
      ...["new-session", "-d", "-x", String(columns), "-y", String(rows)],
      ...["env", "-i", "TERM=screen", ...variables],
      ...["sh", "-c", RUN, gate, ...command],
    ]);
    await terminal.#tmux(["set-option", "-g", "status", "off"]);
    await terminal.#tmux([
      ...["resize-window", "-x", String(columns), "-y", String(rows)],
    ]);
    const raw = join(terminal.#folder.path, "raw");
    await terminal.#tmux(["pipe-pane", "-o", `cat >> '${raw}'`]);
    await waitFor("the pipe", () => existing(raw));
    Deno.writeTextFileSync(gate, "");
    return terminal;
  }

  /** The lines on the screen, without blanks at their ends and without empty lines below. */
  async screen(): Promise<string> {
    const text = await this.#tmux(["capture-pane", "-p"]);
    return text.split("\n").map((line) => line.trimEnd()).join("\n").trimEnd();
  }

  /** The lines on the screen and those that have scrolled away. */
  async everything(): Promise<string> {
    return await this.#tmux(["capture-pane", "-p", "-S", "-"]);
  }

  /** Waits until the screen shows something, and gives it. */
  async waitForScreen(pattern: RegExp): Promise<string> {
    let last = "";
    try {
      return await waitFor(String(pattern), async () => {
        last = await this.screen();
        return pattern.test(last) ? last : null;
      });
    } catch (error) {
      throw new Error(`The screen does not show ${pattern}:\n${last}`, {
        cause: error,
      });
    }
  }

  /** Presses keys, as tmux names them. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux(["send-keys", ...keys]);
  }

  /** Gives the terminal another size. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux([
      ...["resize-window", "-x", String(columns), "-y", String(rows)],
    ]);
  }

  /** Waits until the program has ended and all that it wrote is shown. */
  async end(): Promise<void> {
    await waitFor("the end of the program", async () => {
      const title = await this.#tmux(["display", "-p", "#{pane_title}"]);
      const isKept = this.#raw().endsWith(END);
      return title.trim() === "ended" && isKept ? true : null;
    });
  }

  /** All that the program wrote, so far or after its end. */
  raw(): string {
    return this.#raw().replace(END, "");
  }

  #raw(): string {
    return Deno.readTextFileSync(join(this.#folder.path, "raw"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux(["kill-server"]).catch(() => {
      // It has gone with its last program.
    });
    this.#folder[Symbol.dispose]();
  }

  async #tmux(args: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: [
        ...["-S", join(this.#folder.path, "tmux"), "-f", "/dev/null", "-u"],
        ...args,
      ],
      env: { LC_ALL: "C.UTF-8" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(`tmux ${args[0]}: ${decoder.decode(stderr)}`);
    return decoder.decode(stdout);
  }
}

function existing(path: string): true | null {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return null;
  }
}
