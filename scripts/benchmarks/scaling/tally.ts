/**
 * What the kernel reported of a recorder during its session.
 *
 * @module
 */

/** What a recorder had used when so many chunks were closed. */
export interface Sample {
  /** Number of chunks. */
  readonly chunks: number;
  /** Time of day, in seconds. */
  readonly time: number;
  /** Processor time of the recorder itself, in seconds. */
  readonly cpu: number;
  /** That of the programs that it ran and that have ended, without the stand-in. */
  readonly helpers: number;
  /** Bytes that it wrote, to files and pipes. */
  readonly written: number;
  /** Resident memory, in MiB. */
  readonly rss: number;
  /** The most that was resident so far, in MiB. */
  readonly peak: number;
}

/** Of the kernel's clock for processes. */
const TICKS_PER_SECOND = 100;

/**
 * Reads the tally of a stand-in. What an ended child has used and written is
 * added to its parent's account by the kernel, so that of the stand-ins is
 * taken off again.
 */
export function readTally(text: string): Sample[] {
  const samples: Sample[] = [];
  let ownCpu = 0;
  let ownWritten = 0;
  for (const block of text.split(/^(?=(?:parent|self) )/m)) {
    const [, who, chunks, time] = /^(\w+) (\d+) ([\d.]+)\n/.exec(block) ?? [];
    if (who === undefined) continue;
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = ticks(block);
    const written = field(block, "wchar");
    const below = (childUser + childSystem) / TICKS_PER_SECOND;
    const cpu = (user + system) / TICKS_PER_SECOND;
    if (who === "self") {
      ownCpu += cpu + below;
      ownWritten += written;
      continue;
    }
    samples.push({
      chunks: Number(chunks),
      time: Number(time),
      cpu,
      helpers: below - ownCpu,
      written: written - ownWritten,
      rss: field(block, "VmRSS") / 1024,
      peak: field(block, "VmHWM") / 1024,
    });
  }
  return samples;
}

/** utime, stime, cutime and cstime; the name before them may hold anything. */
function ticks(block: string): number[] {
  const line = /^\d+ \(.*\) (.*)$/m.exec(block)?.[1] ?? "";
  return line.split(" ").slice(11, 15).map(Number);
}

function field(block: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(block)?.[1] ?? NaN);
}
