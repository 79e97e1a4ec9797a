import config from "../deno.json" with { type: "json" };

/** The version of echolog, as `deno.json` has it. */
export function version(): string {
  return config.version;
}
