/**
 * The operands of `echolog config`, for the command, its help and its
 * completion.
 *
 * @module
 */

import { KEYED_SETTINGS } from "../../config/keys.ts";
import { SETTINGS } from "../../config/settings.ts";
import type { OperandWord } from "./operands.ts";

/** An action of `echolog config`. */
export interface ConfigAction extends OperandWord {
  /** Its further operands, in words. */
  readonly needs: readonly string[];
}

/**
 * Returns the keys of all settings, each followed by its values, if they can be
 * listed.
 */
function keyWords(withValues: boolean): readonly OperandWord[] {
  return KEYED_SETTINGS.map(({ name, key }) => {
    const { help, type } = SETTINGS[name];
    const choices = withValues ? type.choices ?? [] : [];
    return { word: key, help, next: choices.map((word) => ({ word })) };
  });
}

/** All actions of `echolog config`. */
export const CONFIG_ACTIONS: readonly ConfigAction[] = [
  {
    word: "show",
    help: "print every setting with its value and where that comes from",
    needs: [],
  },
  { word: "path", help: "print the path of the file", needs: [] },
  {
    word: "init",
    help: "write a file with every key commented out",
    needs: [],
  },
  {
    word: "get",
    help: "print the value of a setting",
    needs: ["KEY"],
    next: keyWords(false),
  },
  {
    word: "set",
    help: "change a setting in the file, and nothing else in it",
    needs: ["KEY", "VALUE"],
    next: keyWords(true),
  },
];
