/**
 * The speed of a real source: its audio cannot come before its time.
 *
 * @module
 */

/** Resolves when the next audio of a source is due, or when it is to end. */
export function delay(
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (milliseconds <= 0 || signal.aborted) return Promise.resolve();
  const timer = setTimeout(resolve, milliseconds);
  const onAbort = () => resolve();
  signal.addEventListener("abort", onAbort);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  });
}
