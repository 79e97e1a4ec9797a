/**
 * Hears from the sound server when its sources or their streams change, by
 * `pactl subscribe`: asking again and again costs more than a tenth of what a
 * recording takes.
 *
 * @module
 */

import { readLines } from "../../platform/line_splitter.ts";
import { startInC } from "./ask.ts";

/** What reports changes; disposing of it ends that. */
export interface Subscription extends Disposable {
  /** Whether changes are reported. */
  readonly isLive: boolean;
}

/** Matches the events that may mean that a recording gets another source. */
const RELEVANT = /^Event '\w+' on (?:source|source-output|server) #/;

/** Calls back at each change; ends with the sound server. */
export function subscribeToSources(onChange: () => void): Subscription {
  const child = startInC("pactl", ["subscribe"]);
  if (child === null) return { isLive: false, [Symbol.dispose]() {} };
  let isLive = true;
  const reading = readLines(child.stdout, (line) => {
    if (isLive && RELEVANT.test(line)) onChange();
  });
  void reading.done.then(() => isLive = false);
  // Its end is known by that of its output.
  child.unref();
  return {
    get isLive() {
      return isLive;
    },
    [Symbol.dispose]() {
      isLive = false;
      try {
        child.kill("SIGTERM");
      } catch {
        // It ended with its server.
      }
      void reading.cancel();
    },
  };
}
