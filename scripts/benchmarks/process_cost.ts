/**
 * What the kernel says a process has cost so far.
 *
 * @module
 */

/** Sums since a process began, but for what it holds at the moment. */
export interface ProcessCost {
  /** Processor time of its own, in seconds. */
  readonly cpu: number;
  /** Processor time of the children that it has waited for, in seconds. */
  readonly childCpu: number;
  /** Resident memory now, in MiB. */
  readonly memory: number;
  /** Resident memory at most, in MiB. */
  readonly peak: number;
  /** Bytes that were written, to pipes and events too. */
  readonly written: number;
  /** Calls that wrote. */
  readonly writes: number;
  /** Times that one of its threads that still run was woken up. */
  readonly wakeUps: number;
  /** Open files, pipes and the like, now. */
  readonly handles: number;
  /** Threads now. */
  readonly threads: number;
}

const SCRIPT = `cd /proc/$1 && cat stat && cat io status &&
  echo "handles: $(ls fd | wc -l)" && echo "ticks: $(getconf CLK_TCK)" &&
  cat task/*/status | sed -n 's/^voluntary_/thread_/p'`;

/**
 * Asks the kernel, see proc(5). The files are read by another program: Deno
 * opens nothing in /proc without all permissions.
 *
 * @throws {Error} if there is no such process.
 */
export async function costOf(pid: number): Promise<ProcessCost> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", SCRIPT, "sh", String(pid)],
    stdin: "null",
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  const number = (name: string) => {
    const value = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1];
    if (value === undefined) throw new Error(`Cannot ask of process ${pid}`);
    return Number(value);
  };
  // The name of the program is in parentheses and may hold blanks; utime is
  // the 14th field of the line, the 12th after the name.
  const fields = text.slice(text.indexOf(") ") + 2).split(" ").map(Number);
  const [utime = NaN, stime = NaN, cutime = NaN, cstime = NaN] = fields
    .slice(11, 15);
  const ticks = number("ticks");
  return {
    cpu: (utime + stime) / ticks,
    childCpu: (cutime + cstime) / ticks,
    memory: number("VmRSS") / 1024,
    peak: number("VmHWM") / 1024,
    written: number("wchar"),
    writes: number("syscw"),
    wakeUps: [...text.matchAll(/^thread_ctxt_switches:\s+(\d+)/gm)]
      .reduce((sum, [, count]) => sum + Number(count), 0),
    handles: number("handles"),
    threads: number("Threads"),
  };
}
