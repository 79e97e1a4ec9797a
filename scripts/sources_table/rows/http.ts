/**
 * Rows of a WAV file over HTTP.
 *
 * @module
 */

import type { Part } from "../../../tests/support/http_source.ts";
import { openHttp } from "../stacks/http.ts";
import { NUMBERED, type Row } from "../stacks/stack.ts";

/** What differs between rows. */
interface Variant {
  readonly name: string;
  readonly words: string;
  readonly seconds: number;
  readonly isSlow?: boolean;
  readonly skip?: number;
  readonly segment?: number;
  plan(connection: number): readonly Part[];
}

const FLOW: Part = { flow: 60 };

const VARIANTS: readonly Variant[] = [
  { name: "plain", words: "none", seconds: 8, plan: () => [FLOW] },
  {
    name: "lost",
    words: "2.5 s and 1.5 s of audio lost",
    seconds: 18,
    plan: () => [
      ...[{ flow: 5.5 }, { lose: 2.5 }, { flow: 4.3 }, { lose: 1.5 }],
      FLOW,
    ],
  },
  {
    name: "burst",
    words: "3 s held up, then sent at once",
    seconds: 14,
    plan: () => [{ flow: 5.5 }, { pause: 3 }, { burst: 3 }, FLOW],
  },
  {
    name: "catch-up",
    words: "6 s held up, then sent at twice the speed",
    seconds: 24,
    plan: () => [{ flow: 5 }, { pause: 6 }, { flow: 12, speed: 2 }, FLOW],
  },
  {
    name: "segments",
    words: "sent in segments of 2 s",
    segment: 2,
    seconds: 14,
    plan: () => [
      { burst: 6 },
      ...Array.from({ length: 20 }, () => [{ pause: 2 }, { burst: 2 }]).flat(),
    ],
  },
  {
    name: "slow",
    words: "sent at half the speed of time",
    seconds: 20,
    isSlow: true,
    skip: 4.5,
    plan: () => [{ flow: 60, speed: 0.5 }],
  },
  {
    name: "closed",
    words: "connection closed",
    seconds: 14,
    // Before a recording, echolog looks at the stream.
    plan: (connection) => connection < 2 ? [{ flow: 7 }] : [FLOW],
  },
];

/** The rows. */
export const HTTP: readonly Row[] = VARIANTS.map(
  ({ name, words, plan, ...rest }) => ({
    ...rest,
    name: `http-${name}`,
    source: "WAV over HTTP",
    fault: words,
    format: "flac",
    signal: NUMBERED,
    isForAll: true,
    open: (opening) => openHttp(opening, plan),
  }),
);
