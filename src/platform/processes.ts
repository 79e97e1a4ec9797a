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
  switch (Deno.build.os) {
    case "linux":
      return linuxStart(pid);
    case "windows":
      return windowsStart(pid);
    default:
      return outputOf("ps", ["-o", "lstart=", "-p", String(pid)]);
  }
}

/** Clock ticks since boot, field 22 of `/proc/PID/stat` (proc(5)). */
function linuxStart(pid: number): string | null {
  const stat = kernelFile(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name in parentheses may hold anything, parentheses too.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  return state === "Z" || state === "X" ? null : fields[19] ?? null;
}

/** Ticks of 100 ns, as PowerShell tells them. */
function windowsStart(pid: number): string | null {
  return outputOf("powershell", [
    ...["-NoLogo", "-NoProfile", "-NonInteractive", "-Command"],
    `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.Ticks`,
  ]);
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
  return outputOf("cat", [path]);
}

/**
 * Runs a program of the system's.
 *
 * @returns what it printed, trimmed, or `null` when it failed, printed nothing or is not there.
 */
export function outputOf(program: string, args: string[]): string | null {
  try {
    const { success, stdout } = new Deno.Command(program, {
      args,
      stdin: "null",
      stderr: "null",
    }).outputSync();
    const text = new TextDecoder().decode(stdout).trim();
    return success && text !== "" ? text : null;
  } catch {
    // The platform has no such program, and so no answer.
    return null;
  }
}
