/**
 * The operands of `echolog config`, for its help, its completion and itself.
 *
 * @module
 */

import { KEYED_SETTINGS } from "../../config/keys.ts";
import { SETTINGS } from "../../config/settings.ts";
import type { OperandWord } from "./operands.ts";

/** Something that `echolog config` does. */
export interface ConfigAction extends OperandWord {
  /** What it needs besides, in words. */
  readonly needs: readonly string[];
}

/** The keys of all settings; behind each stand its values, where they can be listed. */
function keyWords(withValues: boolean): readonly OperandWord[] {
  return KEYED_SETTINGS.map(({ name, key }) => {
    const { help, type } = SETTINGS[name];
    const choices = withValues ? type.choices ?? [] : [];
    return { word: key, help, next: choices.map((word) => ({ word })) };
  });
}

/** All that `echolog config` does. */
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
