/**
 * An endless WAV file over HTTP.
 *
 * @module
 */

import {
  HTTP_RATE,
  type Part,
  serveNumbers,
} from "../../../tests/support/http_source.ts";
import { makeSignal } from "../analysis/signal.ts";
import type { Opening, Stack } from "./stack.ts";

/** Opens a server that notes when it sends each sample. */
export function openHttp(
  { signal, epoch }: Opening,
  plan: (connection: number) => readonly Part[],
): Promise<Stack> {
  const source = serveNumbers(plan, {
    sound: (first, count) =>
      new Uint8Array(makeSignal(signal, first, count).buffer),
    first: () => Math.round((Date.now() - epoch) / 1000 * HTTP_RATE),
  });
  return Promise.resolve({
    device: source.url,
    env: {},
    reader: null,
    arrivals: () =>
      Promise.resolve(
        source.sent.map(({ end, at }) => ({
          source: end / HTTP_RATE,
          at: at / 1000,
        })),
      ),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  });
}
