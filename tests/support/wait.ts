/** How long a condition may take; a loaded machine is slow, a broken program is slower. */
export const DEADLINE_MS = 30_000;

/**
 * Waits until `probe` gives something that is not `null`.
 *
 * @throws when it does not within the deadline, saying what was waited for.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | null | Promise<T | null>,
  limit = DEADLINE_MS,
): Promise<T> {
  const end = performance.now() + limit;
  for (;;) {
    const found = await probe();
    if (found !== null) return found;
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
