/**
 * The rows of the table.
 *
 * @module
 */

import { FORMATS } from "./rows/formats.ts";
import { HTTP } from "./rows/http.ts";
import { SOUND_SERVERS } from "./rows/sound_servers.ts";
import { STREAMS } from "./rows/streams.ts";
import type { Row } from "./stacks/stack.ts";

/** All rows, in their order. */
export const ROWS: readonly Row[] = [
  ...SOUND_SERVERS,
  ...HTTP,
  ...STREAMS,
  ...FORMATS,
];
