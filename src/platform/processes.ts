/**
 * Identifies processes by id and start.
 *
 * @module
 */

/**
 * Returns when a process was started, in the platform's own form: two processes
 * with the same id differ in it.
 *
 * @returns `null` when there is no such process, or the start is unknown.
 */
export function processStart(pid: number): string | null {
  return inspect(pid) ?? null;
}

/**
 * Whether the process with an id and a start may still run: false only when it
 * certainly does not. When no system program can be run, nothing is known.
 *
 * @param pid Id of the process.
 * @param start Its {@linkcode processStart}, or `null` when unknown.
 */
export function mayStillBeRunning(pid: number, start: string | null): boolean {
  const now = inspect(pid);
  if (now === undefined) return true;
  return now !== null && (start === null || now === start);
}

/** Returns when a process was started; `null` when there is none, `undefined` when unknown. */
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
  // The file of `cat` itself shows whether files of other processes are
  // visible.
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
  // The name in parentheses may hold any characters, including parentheses.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** Returns ticks of 100 ns from PowerShell. */
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
 * Returns the id of the parent of a process.
 *
 * @returns `null` when there is no such process, or the start is unknown.
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
 * Whether a process of a group runs, apart from those that have ended and that
 * their parent has not noticed yet; `null` when that is unknown.
 */
export async function isGroupRunning(group: number): Promise<boolean | null> {
  if (Deno.build.os !== "linux") return null;
  // `sh` finds the processes: Deno lists /proc only with all permissions.
  const stats = await outputSoon("sh", [
    ...["-c", "cat /proc/[0-9]*/stat 2>/dev/null; :"],
  ]);
  if (stats === null) return null;
  return stats.split("\n").map(statFields).some(([state, , own]) =>
    own === String(group) && state !== "Z" && state !== "X"
  );
}

/** The group of this process, and the group that its terminal belongs to. */
export interface TerminalGroups {
  /** Group of this process. */
  readonly own: number;
  /** Group in the foreground of its terminal; negative without a terminal. */
  readonly foreground: number;
}

/**
 * Returns the groups of this process and of its terminal; `null` when they are
 * unknown. A program that this process starts is in the same group.
 */
export function terminalGroups(): TerminalGroups | null {
  return groupsIn(
    Deno.build.os === "linux"
      ? kernelFile("/proc/self/stat")
      : outputOf("ps", PS_GROUPS),
  );
}

/** Returns {@linkcode terminalGroups} without waiting for a program. */
export async function terminalGroupsSoon(): Promise<TerminalGroups | null> {
  return groupsIn(
    Deno.build.os === "linux"
      ? await outputSoon("cat", ["/proc/self/stat"])
      : await outputSoon("ps", PS_GROUPS),
  );
}

const PS_GROUPS = ["-o", "pgid=", "-o", "tpgid=", "-p", String(Deno.pid)];

/** Reads `/proc/PID/stat`, or two numbers. */
function groupsIn(text: string | null): TerminalGroups | null {
  if (text === null) return null;
  const fields = text.includes(")")
    ? statFields(text)
    : ["", "", ...text.trim().split(/\s+/)];
  const [own, foreground] = text.includes(")")
    ? [fields[2], fields[5]]
    : [fields[2], fields[3]];
  const groups = { own: Number(own), foreground: Number(foreground) };
  return Number.isInteger(groups.own) && Number.isInteger(groups.foreground)
    ? groups
    : null;
}

/**
 * Reads a file in /proc.
 *
 * Deno opens files in /proc only with all permissions; `cat` can read them, in
 * 2 ms.
 *
 * @returns its text, or `null` when it does not exist.
 */
export function kernelFile(path: string): string | null {
  return textOf(cat([path]));
}

/**
 * Returns the namespace of process ids that this process is in, as Linux names
 * it; `null` when unknown.
 */
export function pidNamespace(): string | null {
  if (Deno.build.os !== "linux") return null;
  // Deno reads links in /proc only with all permissions.
  return textOf(runSystem("readlink", ["/proc/self/ns/pid"]));
}

/** The limits of this process that end a recording; infinite where there is none. */
export interface ProcessLimits {
  /** Maximum size of a file, in bytes. */
  readonly fileBytes: number;
  /** Maximum number of open files. */
  readonly openFiles: number;
}

/** Returns the limits of this process, which a shell inherits and prints. */
export function processLimits(): ProcessLimits {
  const printed = Deno.build.os === "windows"
    ? null
    : textOf(runSystem("sh", ["-c", "ulimit -f; ulimit -n"]));
  const [blocks = "", files = ""] = printed?.split("\n") ?? [];
  const amount = (text: string) => /^\d+$/.test(text) ? Number(text) : Infinity;
  // POSIX counts files in blocks of 512 bytes.
  return { fileBytes: amount(blocks) * 512, openFiles: amount(files) };
}

/**
 * Runs a system program.
 *
 * @returns its output, trimmed, or `null` when it failed, printed nothing or
 * does not exist.
 */
export function outputOf(program: string, args: string[]): string | null {
  return textOf(run(program, args));
}

/**
 * Runs a system program without waiting for it.
 *
 * @returns its output, trimmed, or `null` as {@linkcode outputOf} does.
 */
export async function outputSoon(
  program: string,
  args: string[],
): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command(program, {
      args,
      stdin: "null",
      stderr: "null",
    }).output();
    return textOf({ success, text: new TextDecoder().decode(stdout).trim() });
  } catch {
    // As for `run`.
    return null;
  }
}

/** Output of a program, and whether it succeeded. */
interface Printed {
  readonly text: string;
  readonly success: boolean;
}

function textOf(printed: Printed | null): string | null {
  return printed?.success && printed.text !== "" ? printed.text : null;
}

function cat(paths: string[]): Printed | null {
  return runSystem("cat", paths);
}

/** Runs a program of every Unix. Under cron or in a service PATH may lack its folder. */
function runSystem(name: string, args: string[]): Printed | null {
  return run(name, args) ?? run(`/bin/${name}`, args) ??
    run(`/usr/bin/${name}`, args);
}

/** Runs a program; `null` when it cannot be run, or a signal ended it. */
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
    // The platform lacks the program, or cannot start another process.
    return null;
  }
}
