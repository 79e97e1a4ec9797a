/**
 * The most memory that a process had.
 *
 * @module
 */

/**
 * Follows a process to its end. The kernel keeps the most that it had so far, so
 * only what it takes in its last moments can be missed.
 *
 * @returns the most bytes that it had in memory at once; 0 where the kernel
 * does not show them.
 */
export async function peakMemory(pid: number): Promise<number> {
  // Tests may not read in /proc themselves.
  const script =
    'while grep VmHWM "/proc/$1/status" 2>/dev/null; do sleep 0.02; done';
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", String(pid)],
  }).output();
  const sizes = new TextDecoder().decode(stdout)
    .matchAll(/^VmHWM:\s+(\d+) kB/gm);
  return Math.max(0, ...[...sizes].map(([, size]) => Number(size) * 1_024));
}
