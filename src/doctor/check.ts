/**
 * What a check of the doctor's says.
 *
 * @module
 */

/** How a check ended; a recording would fail only where one `failed`. */
export type State = "ok" | "warning" | "failed";

/** The result of a check. */
export interface Check {
  /** What was looked at, in one word. */
  readonly name: string;
  /** How it ended. */
  readonly state: State;
  /** What was found. */
  readonly text: string;
  /** What to do about it, or `null` when there is nothing to do. */
  readonly next: string | null;
}

/** A check that found all well. */
export function ok(
  name: string,
  text: string,
  next: string | null = null,
): Check {
  return { name, state: "ok", text, next };
}

/** A check that found what is worth a look, though a recording would work. */
export function warning(
  name: string,
  text: string,
  next: string | null,
): Check {
  return { name, state: "warning", text, next };
}

/** A check that found why a recording would fail. */
export function failed(name: string, text: string, next: string | null): Check {
  return { name, state: "failed", text, next };
}

/**
 * The most urgent thing to do: what mends the first failure, else what the
 * first warning advises, else what there is to be seen.
 *
 * @returns `null` when nothing asks for anything.
 */
export function firstFix(checks: readonly Check[]): string | null {
  const inOrder = [
    ...checks.filter(({ state }) => state === "failed"),
    ...checks.filter(({ state }) => state === "warning"),
    ...checks.filter(({ state }) => state === "ok"),
  ];
  return inOrder.find(({ next }) => next !== null)?.next ?? null;
}
