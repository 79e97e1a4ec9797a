/**
 * The result of a check by `echolog doctor`.
 *
 * @module
 */

/** Result of a check; a recording would fail only if one `failed`. */
export type State = "ok" | "warning" | "failed";

/** The result of a check. */
export interface Check {
  /** Subject of the check, in one word. */
  readonly name: string;
  /** Its result. */
  readonly state: State;
  /** Its findings. */
  readonly text: string;
  /** What to do about it, or `null` when there is nothing to do. */
  readonly next: string | null;
}

/** Returns a check without problems. */
export function ok(
  name: string,
  text: string,
  next: string | null = null,
): Check {
  return { name, state: "ok", text, next };
}

/** Returns a check with a problem that does not prevent a recording. */
export function warning(
  name: string,
  text: string,
  next: string | null,
): Check {
  return { name, state: "warning", text, next };
}

/** Returns a check with a problem that makes a recording fail. */
export function failed(name: string, text: string, next: string | null): Check {
  return { name, state: "failed", text, next };
}

/**
 * Returns the most urgent advice: that of the first failure, otherwise of the
 * first warning, otherwise of the first check that has any.
 *
 * @returns `null` when there is no advice.
 */
export function firstFix(checks: readonly Check[]): string | null {
  const inOrder = [
    ...checks.filter(({ state }) => state === "failed"),
    ...checks.filter(({ state }) => state === "warning"),
    ...checks.filter(({ state }) => state === "ok"),
  ];
  return inOrder.find(({ next }) => next !== null)?.next ?? null;
}
