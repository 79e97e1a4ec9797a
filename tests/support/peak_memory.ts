/**
 * The most memory that a process had.
 *
 * @module
 */

/**
 * Follows a process to its end.
 *
 * @param ended Settles when it has ended.
 * @returns the most bytes that it had in memory at once; 0 where the kernel
 * does not show them.
 */
export async function peakMemory(
  pid: number,
  ended: Promise<unknown>,
): Promise<number> {
  let isOver = false;
  const end = ended.then(() => isOver = true, () => isOver = true);
  let most = 0;
  while (!isOver) {
    try {
      // The kernel keeps the most so far, so a look may be late.
      const text = await Deno.readTextFile(`/proc/${pid}/status`);
      const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(text)?.[1];
      most = Math.max(most, Number(kilobytes ?? 0) * 1_024);
    } catch {
      // It ended meanwhile.
    }
    await Promise.race([end, new Promise((next) => setTimeout(next, 2))]);
  }
  return most;
}
