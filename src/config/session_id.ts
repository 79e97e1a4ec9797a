/**
 * What a session may be called.
 *
 * @module
 */

import { text, type ValueType } from "./setting_types.ts";

/** The word for the newest session, which none may have as its name. */
export const LATEST = "latest";

/** It names a folder and cannot lead out of its parent. */
const FORM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** The name of a session. */
export function sessionId(): ValueType<string> {
  return text(
    `1 to 100 letters, digits, '.', '_' or '-', the first a letter or digit, and not ${LATEST}, which means the newest session`,
    (id) => FORM.test(id) && id !== LATEST,
  );
}
