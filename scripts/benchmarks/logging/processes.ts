/**
 * Child processes that do not outlive the benchmark.
 *
 * @module
 */

import type { Run } from "./packages.ts";

/** Minutes after which a child is given up. */
const LIMIT_MINUTES = 5;

/** Runs one program at a time. */
export class Processes {
  #child: Deno.ChildProcess | null = null;

  /**
   * Runs a program to its end; one that takes too long is killed.
   *
   * @returns Its exit code and what it has printed, stderr last.
   */
  readonly run: Run = async (command, args, options = {}) => {
    const child = new Deno.Command(command, {
      args,
      ...options,
      env: { ...options.env, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    const timer = setTimeout(() => this.kill(), LIMIT_MINUTES * 60_000);
    const { code, stdout, stderr } = await child.output();
    clearTimeout(timer);
    this.#child = null;
    const decoder = new TextDecoder();
    const output = decoder.decode(stdout);
    return {
      code,
      output: code === 0 ? output : output + decoder.decode(stderr),
    };
  };

  /** Kills what runs, if anything does. */
  kill(): void {
    try {
      this.#child?.kill("SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }
}
