/**
 * Notices when other programs hold up this one, and so its players.
 *
 * @module
 */

/** Milliseconds between two looks at the clock. */
const STEP_MS = 20;

/** Measures from its creation until it is disposed of. */
export class Lateness implements Disposable {
  #due = Date.now() + STEP_MS;
  #most = 0;
  readonly #timer = setInterval(() => this.#look(), STEP_MS);

  /** How late this program was at most, in seconds. */
  get most(): number {
    this.#look();
    return this.#most;
  }

  #look(): void {
    const now = Date.now();
    this.#most = Math.max(this.#most, (now - this.#due) / 1000);
    this.#due = now + STEP_MS;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
