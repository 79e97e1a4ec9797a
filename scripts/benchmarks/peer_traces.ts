/**
 * Whether the output of a program reports a fault.
 *
 * @module
 */

/** A fault that happened to a program. */
export interface Fault {
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  /** Length of the audio that is missing, in seconds. */
  readonly length: number;
  /** What its cause may be called. */
  readonly cause: RegExp;
}

/**
 * How many of three facts are in a text: when audio was missing (a time of day
 * within two seconds), for how long (within 0.3 s and a fifth), and why.
 */
export function factsNamed(text: string, fault: Fault): number {
  const clock = [-1, 0, 1, 2].map((late) =>
    new Date(fault.at + late * 1000).toISOString().slice(11, 19)
  );
  const margin = Math.min(0.3, Math.max(0.03, fault.length / 5));
  const lengths = [...text.matchAll(/\b(\d+\.\d+) ?s\b/g)]
    .map(([, digits]) => Number(digits));
  return [
    clock.some((time) => text.includes(time)),
    lengths.some((length) => Math.abs(length - fault.length) <= margin),
    fault.cause.test(text),
  ].filter((isNamed) => isNamed).length;
}
