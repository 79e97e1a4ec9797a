/**
 * Cuts one hand-written `types/NAME.d.ts` into the declarations of each of the
 * package's modules.
 *
 * A line such as `// parse_args.js` says which module exports what follows. A
 * module without such a line is declared as empty: to import something
 * undeclared is an error in the type check, not an unnoticed `any`.
 *
 * @module
 */

/** Deno takes a plain `export {}` for no declarations at all. */
const EMPTY = "declare const undeclared: never;\nexport { undeclared };\n";

/**
 * Cuts a declaration file at its module lines.
 *
 * @param text The file
 * @returns The declarations of each module by its path, `parse_args.js`
 */
export function splitDeclarations(text: string): Map<string, string> {
  const [, ...parts] = text.split(/^\/\/ (\S+\.js)\n/m);
  const modules = new Map<string, string>();
  for (let index = 0; index < parts.length; index += 2) {
    modules.set(parts[index] ?? "", parts[index + 1] ?? "");
  }
  return modules;
}

/**
 * The declarations of one module.
 *
 * @param module Its path in the package, `parse_args.js`
 * @param code Its JavaScript
 * @param declared The package's declarations by module
 * @returns The text of its `.d.ts`
 * @throws {Error} If a function, class or constant is declared that the code
 * does not export
 */
export function moduleDeclarations(
  module: string,
  code: string,
  declared: ReadonlyMap<string, string>,
): string {
  const text = declared.get(module);
  if (text === undefined) {
    const reExports = [...code.matchAll(/^export \* from "\.\/(.+)\.js";$/gm)]
      .filter(([, path]) => declared.has(`${path}.js`))
      .map(([, path]) => `export * from "./${path}.d.ts";\n`);
    return reExports.length === 0 ? EMPTY : reExports.join("");
  }
  for (
    const [, name] of text.matchAll(
      /^export declare (?:function|class|const) (\w+)/gm,
    )
  ) {
    const exported = new RegExp(
      `^export (?:async )?(?:function|class|const|let)\\*? \\*?${name}\\b`,
      "m",
    );
    if (!exported.test(code)) {
      throw new Error(`Cannot declare ${name}: ${module} does not export it`);
    }
  }
  return text;
}
