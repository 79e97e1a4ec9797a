/**
 * The packages from npm, in exactly these versions.
 *
 * @module
 */

/** What is compared with. */
export const PACKAGES: Readonly<Record<string, string>> = {
  "pino": "10.4.0",
  "pino-roll": "4.0.0",
  "winston": "3.19.0",
  "winston-daily-rotate-file": "5.0.0",
  "rotating-file-stream": "3.2.10",
  "@logtape/logtape": "2.3.10",
  "@logtape/file": "2.3.10",
};

/** Runs a program to its end. */
export type Run = (
  command: string,
  args: string[],
  options?: { readonly cwd?: string; readonly env?: Record<string, string> },
) => Promise<{ readonly code: number; readonly output: string }>;

/** Where the packages are, or why they are not there. */
export type Packages =
  | { readonly folder: string }
  | { readonly missing: string };

/**
 * Fetches the packages, unless an earlier run has done so.
 *
 * @param deps Folder for what is fetched.
 * @param run Runs npm.
 */
export async function fetchPackages(
  deps: string,
  run: Run,
): Promise<Packages> {
  const versions = Object.values(PACKAGES).join("_");
  const folder = `${deps}/bench-log-${versions}`;
  if (await exists(folder)) return { folder };
  await Deno.mkdir(deps, { recursive: true });
  const temp = await Deno.makeTempDir({ dir: deps, prefix: "tmp." });
  try {
    const made = `${temp}/made`;
    await Deno.mkdir(made);
    await Deno.writeTextFile(
      `${made}/package.json`,
      JSON.stringify({ private: true, dependencies: PACKAGES }),
    );
    const { code, output } = await run("npm", [
      "install",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--no-package-lock",
    ], { cwd: made, env: quietNpm(temp) });
    if (code !== 0) return { missing: `npm failed: ${reasonOf(output)}` };
    await Deno.rename(made, folder);
    return { folder };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return { missing: "npm is missing" };
    }
    throw error;
  } finally {
    await Deno.remove(temp, { recursive: true });
  }
}

/** All that npm keeps goes away with the temporary folder. */
function quietNpm(temp: string): Record<string, string> {
  return {
    npm_config_cache: `${temp}/npm-cache`,
    npm_config_logs_max: "0",
    npm_config_update_notifier: "false",
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The line that says why a program failed: what is marked as an error, or the last one. */
export function reasonOf(output: string): string {
  const lines = output.trimEnd().split("\n");
  const line = lines.find((line) => /^(npm )?(\w*error)\b/i.test(line));
  return (line ?? lines.at(-1) ?? "").trim();
}
