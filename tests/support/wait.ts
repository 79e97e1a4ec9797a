/** How long a condition may take; a loaded machine is slow, a broken program is slower. */
export const DEADLINE_MS = 30_000;

/** Options of {@linkcode waitFor}. */
export interface WaitOptions {
  /** How long it may take, in milliseconds. */
  readonly limit?: number;
  /** Text that shows why the condition did not come true. */
  readonly context?: () => string;
}

/**
 * Waits until `probe` returns something other than `null`.
 *
 * @throws {Error} When it does not within the limit; the message names what was
 * waited for.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | null | Promise<T | null>,
  { limit = DEADLINE_MS, context }: WaitOptions = {},
): Promise<T> {
  const end = performance.now() + limit;
  for (;;) {
    const found = await probe();
    if (found !== null) return found;
    if (performance.now() > end) {
      const more = context === undefined ? "" : `; ${context()}`;
      throw new Error(`No ${what} within ${limit / 1000} s${more}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
