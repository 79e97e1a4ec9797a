/**
 * The valid names of a session.
 *
 * @module
 */

import { text, type ValueType } from "./setting_types.ts";

/** The word for the newest session; no session may have this name. */
export const LATEST = "latest";

/** A valid name. It names a folder and cannot leave its parent. */
const FORM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** The type of a session's name. */
export function sessionId(): ValueType<string> {
  return text(
    `1 to 100 letters, digits, '.', '_' or '-', the first a letter or digit, and not ${LATEST}, which means the newest session`,
    (id) => FORM.test(id) && id !== LATEST,
  );
}
