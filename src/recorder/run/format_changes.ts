/**
 * How the format of a source changes between the runs of a session.
 *
 * @module
 */

/** Compares the format of each run with that of the one before it. */
export class FormatChanges {
  /** The last known one; empty before any. */
  #text = "";
  /** Whether the last run ended since the format changed. */
  #hasChanged = false;

  /**
   * Takes the end of a run.
   *
   * @param format The run's, or `null` if it was not known.
   * @param isChange Whether the run ended since the format changed.
   */
  ends(format: string | null, isChange: boolean): void {
    this.#text = format ?? this.#text;
    this.#hasChanged ||= isChange;
  }

  /**
   * Takes the format of a run that has audio, once it is known.
   *
   * @returns how it differs from the last one, or `null` if it does not.
   */
  begins(format: string | null): string | null {
    const former = this.#text;
    const hasChanged = this.#hasChanged;
    if (former === "" || format === null) return null;
    this.#text = format;
    this.#hasChanged = false;
    if (format !== former) {
      return `The source changed its format from ${former} to ${format}`;
    }
    return hasChanged
      ? `The source changed its format, and is ${format} again`
      : null;
  }
}
