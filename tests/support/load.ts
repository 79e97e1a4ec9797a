/**
 * Whether the machine was busy while a test ran.
 *
 * @module
 */

/** A moment of this test file, and how long tasks had waited for a processor until then. */
interface Mark {
  readonly time: number;
  /** Milliseconds, or `null` where the kernel does not count them. */
  readonly waited: number | null;
}

/** Share of the time in which some task had to wait. An idle machine of two cores has less than 0.1. */
const BUSY = 0.25;

let mark: Mark | null = null;

/** Starts the measurement: called whenever a test starts echolog. */
export function markLoad(): void {
  mark = { time: performance.now(), waited: waitedMs() };
}

/** Whether tasks had to wait for a processor, for a good part of the time since {@linkcode markLoad}. */
export function wasBusy(): boolean {
  const waited = waitedMs();
  if (mark === null || mark.waited === null || waited === null) {
    return (Deno.loadavg()[0] ?? 0) > navigator.hardwareConcurrency;
  }
  return (waited - mark.waited) / (performance.now() - mark.time) > BUSY;
}

/** How long some task has waited for a processor since the machine was started. */
function waitedMs(): number | null {
  if (Deno.build.os !== "linux") return null;
  // By cat: Deno itself opens nothing in /proc.
  const { success, stdout } = new Deno.Command("cat", {
    args: ["/proc/pressure/cpu"],
    stderr: "null",
  }).outputSync();
  const text = new TextDecoder().decode(stdout);
  const [, total] = /^some .*total=(\d+)/m.exec(text) ?? [];
  return success && total !== undefined ? Number(total) / 1000 : null;
}
