/**
 * Which process a number stands for.
 *
 * @module
 */

/**
 * When a process was started, in whatever form the platform gives it: two
 * processes that had the same number differ in it.
 *
 * @returns `null` when there is no such process, or the platform doesn't tell.
 */
export function processStart(pid: number): string | null {
  return inspect(pid) ?? null;
}

/**
 * Whether the process that had a number and a start may still run: false only
 * when it is known not to. Where no program of the system's can be run, nothing
 * is known.
 *
 * @param pid Number of the process.
 * @param start What {@linkcode processStart} gave for it, `null` when that was not known.
 */
export function mayStillBeRunning(pid: number, start: string | null): boolean {
  const now = inspect(pid);
  if (now === undefined) return true;
  return now !== null && (start === null || now === start);
}

/** When a process was started; `null` when there is none, `undefined` when the platform doesn't tell. */
function inspect(pid: number): string | null | undefined {
  switch (Deno.build.os) {
    case "linux":
      return linuxStart(pid);
    case "windows":
      return windowsStart(pid);
    default:
      return startIn(run("ps", ["-o", "lstart=", "-p", String(pid)]));
  }
}

/** Clock ticks since boot, field 22 of `/proc/PID/stat` (proc(5)). */
function linuxStart(pid: number): string | null | undefined {
  // The file of `cat` itself tells that those of others would be seen.
  const files = cat(["/proc/self/stat", `/proc/${pid}/stat`]);
  const [own = "", stat = ""] = files?.text.split("\n") ?? [];
  if (own === "") return undefined;
  if (stat === "") return null;
  const fields = statFields(stat);
  const [state] = fields;
  return state === "Z" || state === "X" ? null : fields[19] ?? null;
}

/** The fields of `/proc/PID/stat` (proc(5)) from the third on: state, parent … */
function statFields(stat: string): string[] {
  // The name in parentheses may hold anything, parentheses too.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** Ticks of 100 ns, as PowerShell tells them. */
function windowsStart(pid: number): string | null | undefined {
  return startIn(run("powershell", [
    ...["-NoLogo", "-NoProfile", "-NonInteractive", "-Command"],
    `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.Ticks`,
  ]));
}

function startIn(printed: Printed | null): string | null | undefined {
  if (printed === null) return undefined;
  return textOf(printed);
}

/**
 * Number of the process that started another one and still runs.
 *
 * @returns `null` when there is no such process, or the platform doesn't tell.
 */
export function parentOf(pid: number): number | null {
  const text = Deno.build.os === "linux"
    ? statFields(kernelFile(`/proc/${pid}/stat`) ?? "")[1]
    : Deno.build.os === "windows"
    ? null
    : outputOf("ps", ["-o", "ppid=", "-p", String(pid)]);
  return text ? Number.parseInt(text, 10) : null;
}

/**
 * Reads a file of the kernel's.
 *
 * Deno lets nobody open files in /proc who may not do everything; `cat` may,
 * in 2 ms.
 *
 * @returns its text, or `null` when it is not there.
 */
export function kernelFile(path: string): string | null {
  return textOf(cat([path]));
}

/**
 * Runs a program of the system's.
 *
 * @returns what it printed, trimmed, or `null` when it failed, printed nothing or is not there.
 */
export function outputOf(program: string, args: string[]): string | null {
  return textOf(run(program, args));
}

/** What a program printed, and whether it was content. */
interface Printed {
  readonly text: string;
  readonly success: boolean;
}

function textOf(printed: Printed | null): string | null {
  return printed?.success && printed.text !== "" ? printed.text : null;
}

/** Under cron or a service PATH may name no folder that has it. */
function cat(paths: string[]): Printed | null {
  return run("cat", paths) ?? run("/bin/cat", paths) ??
    run("/usr/bin/cat", paths);
}

/** `null` when it cannot be run, or was ended by a signal. */
function run(program: string, args: string[]): Printed | null {
  try {
    const { success, signal, stdout } = new Deno.Command(program, {
      args,
      stdin: "null",
      stderr: "null",
    }).outputSync();
    const text = new TextDecoder().decode(stdout).trim();
    return signal === null ? { text, success } : null;
  } catch {
    // The platform has no such program, or room for no further process.
    return null;
  }
}
