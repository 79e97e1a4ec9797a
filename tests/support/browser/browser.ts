/**
 * A real Chromium, for tests of pages.
 *
 * @module
 */

import { fromFileUrl, join, toFileUrl } from "@std/path";
import { TextLineStream } from "../line_stream.ts";

/** How a page is opened. */
export interface PageOptions {
  /** Width of the window in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Whether the user prefers dark pages. */
  readonly dark?: boolean;
  /** Whether scripts run; they do unless given. */
  readonly script?: boolean;
}

/** What went wrong on a page, and what it asked for. */
export interface Seen {
  readonly errors: readonly string[];
  readonly requests: readonly string[];
}

/** What axe found. */
export interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly places: readonly string[];
}

/** What a browser needs. */
interface Needs {
  readonly chromium: string;
  /** The folder that has the npm packages. */
  readonly packages: string;
}

const ROOT = new URL("../../../", import.meta.url);

/** Returns what there is of a browser, or why there is none. */
async function findBrowser(): Promise<Needs | string> {
  const chromium = await whichOf(["chromium", "chromium-browser"]);
  if (chromium === null) return "there is no Chromium; install chromium";
  if (await whichOf(["node"]) === null) return "there is no node; install npm";
  const deps = fromFileUrl(new URL(".deps/", ROOT));
  const found = [...Deno.readDirSync(deps)]
    .find(({ name }) => name.startsWith("browser-playwright-core-"));
  return found === undefined
    ? "playwright-core and axe-core are missing; scripts/test fetches them"
    : { chromium, packages: join(deps, found.name) };
}

async function whichOf(names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const { success, stdout } = await new Deno.Command("sh", {
      args: ["-c", 'command -v "$0"', name],
    }).output();
    if (success) return new TextDecoder().decode(stdout).trim();
  }
  return null;
}

/** A browser with one page; disposing of it ends it. */
export class Browser implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;

  private constructor({ chromium, packages }: Needs) {
    const driver = new URL("driver.mjs", import.meta.url);
    this.#child = new Deno.Command("node", {
      args: [fromFileUrl(driver), packages, chromium],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
  }

  /** Starts a browser; returns `null`, and prints why, where there is none. */
  static async start(): Promise<Browser | null> {
    const found = await findBrowser();
    if (typeof found !== "string") return new Browser(found);
    console.log(`not run: ${found}`);
    return null;
  }

  /** Opens a file. */
  async open(
    path: string,
    { width = 800, height = 900, dark = false, script = true }: PageOptions =
      {},
  ): Promise<void> {
    const url = path.startsWith("http") ? path : toFileUrl(path).href;
    await this.#call("open", { url, width, height, dark, script, scale: 1 });
  }

  /**
   * Waits until the page's script, where it has one, has drawn the levels;
   * returns how many milliseconds after the page was opened that was.
   */
  async ready(): Promise<number> {
    return Number(
      await this.evaluate(`new Promise((resolve) => {
        const look = () => {
          const { ready } = document.documentElement.dataset;
          if (ready !== undefined || !document.querySelector('#data')) resolve(ready ?? 0);
          else requestAnimationFrame(look);
        };
        look();
      })`),
    );
  }

  /** Changes the size of the window and the colours that the user prefers. */
  async resize(
    width: number,
    { height = 900, dark = false }: Pick<PageOptions, "height" | "dark"> = {},
  ): Promise<void> {
    await this.#call("resize", { width, height, dark });
  }

  /** Returns what was seen since the page was opened. */
  async seen(): Promise<Seen> {
    const { errors, requests } = await this.#call("seen");
    return { errors: textsOf(errors), requests: textsOf(requests) };
  }

  /** Returns the value of an expression on the page. */
  async evaluate(code: string): Promise<unknown> {
    return (await this.#call("evaluate", { code })).value;
  }

  /** Presses keys. */
  async press(...keys: string[]): Promise<void> {
    await this.#call("press", { keys });
  }

  /** Clicks an element, in its middle or at a place in it. */
  async click(
    selector: string,
    x: number | null = null,
    y: number | null = null,
  ): Promise<void> {
    await this.#call("click", { selector, x, y });
  }

  /** Moves the mouse over an element. */
  async hover(selector: string, x: number, y: number): Promise<void> {
    await this.#call("hover", { selector, x, y });
  }

  /** Fills a field. */
  async fill(selector: string, text: string): Promise<void> {
    await this.#call("fill", { selector, text });
  }

  /** Chooses an option. */
  async select(selector: string, value: string): Promise<void> {
    await this.#call("select", { selector, value });
  }

  /** Writes a picture of the whole page, or of what is in the window. */
  async screenshot(path: string, full = true): Promise<void> {
    await this.#call("screenshot", { path, full });
  }

  /** Prints the page. */
  async pdf(path: string): Promise<void> {
    await this.#call("pdf", { path });
  }

  /** Returns the structure of an element, as assistive programs see it. */
  async outline(selector: string): Promise<string> {
    return String((await this.#call("outline", { selector })).value);
  }

  /** Returns what axe-core finds. */
  async axe(): Promise<Violation[]> {
    const { value } = await this.#call("axe");
    if (!Array.isArray(value)) throw new Error("axe gave no list");
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#answers.cancel();
    await this.#child.status;
  }

  async #call(
    name: string,
    options: Record<string, unknown> = {},
  ): Promise<Record<string, unknown>> {
    const line = `${JSON.stringify({ name, ...options })}\n`;
    await this.#writer.write(new TextEncoder().encode(line));
    const { value } = await this.#answers.read();
    const answer = JSON.parse(value ?? '{"failure":"it ended"}');
    if (answer.failure !== undefined) {
      throw new Error(`The browser cannot ${name}: ${answer.failure}`);
    }
    return answer;
  }
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
