/**
 * `echolog config`: shows and changes the configuration file.
 *
 * @module
 */

import { print } from "../../../terminal/output.ts";
import {
  loadCommandSettings,
  settingsRedactor,
} from "../../args/command_settings.ts";
import { CONFIG_ACTIONS } from "../../args/config_actions.ts";
import type { ParsedOptions } from "../../args/options.ts";
import { initConfig, printPath, setValue } from "./file.ts";
import { describeSettings, maskedText } from "./show.ts";
import { findKey } from "../../../config/keys.ts";
import { EchologError, oneLine } from "../../../errors.ts";
import { didYouMean } from "../../../platform/suggest.ts";

/**
 * Runs the action that the first operand names.
 *
 * @throws {EchologError} `usage`, when the action fails.
 */
export function config(options: ParsedOptions): Promise<number> {
  const [action = "", ...operands] = options.operands;
  const { needs } = checkAction(action, operands);
  const wantsJson = options.switches.has("json");
  if (wantsJson && action !== "show") {
    throw misuse(`Cannot use --json with config ${action}`);
  }
  const flag = options.values.get("config");
  const [key = "", value = ""] = operands;
  if (needs.length > 0) findKey(key);
  switch (action) {
    case "show":
      print(describeSettings(loadCommandSettings(options), wantsJson));
      break;
    case "get":
      print(oneLine(readValue(options, key)));
      break;
    case "path":
      printPath(flag);
      break;
    case "init":
      initConfig(flag);
      break;
    case "set":
      setValue(flag, key, value);
      break;
  }
  return Promise.resolve(0);
}

function readValue(options: ParsedOptions, key: string): string {
  const loaded = loadCommandSettings(options);
  const redact = settingsRedactor(loaded.settings, loaded.settings.device);
  return maskedText(findKey(key).name, loaded.settings, redact);
}

function checkAction(action: string, operands: readonly string[]) {
  const found = CONFIG_ACTIONS.find(({ word }) => word === action);
  if (found === undefined) {
    const words = CONFIG_ACTIONS.map(({ word }) => word);
    throw action === ""
      ? misuse(`config needs one of ${words.join(", ")}`)
      : new EchologError("usage", `Unknown config action ${action}`, {
        hint: didYouMean(action, words, `choose one of ${words.join(", ")}`),
      });
  }
  const form = ["config", action, ...found.needs].join(" ");
  const surplus = operands[found.needs.length];
  if (surplus !== undefined) {
    throw misuse(`Cannot use ${JSON.stringify(surplus)}: write ${form}`);
  }
  const missing = found.needs[operands.length];
  if (missing !== undefined) {
    throw misuse(`config ${action} needs a ${missing}: write ${form}`);
  }
  return found;
}

function misuse(message: string): EchologError {
  return new EchologError("usage", message, {
    hint: "see echolog config --help",
  });
}
