/**
 * Takes an `@std` package out of a tarball and undoes what was done to its
 * modules to publish them on npm.
 *
 * @module
 */

import { moduleDeclarations, splitDeclarations } from "./declarations.ts";
import type { Source, StdPackage } from "./std_packages.ts";

/** What packages are made from. */
export interface Ingredients {
  /** The unpacked tarballs: contents by path. */
  archives: ReadonlyMap<Source, ReadonlyMap<string, Uint8Array>>;
  /** All packages of the registry, which may import each other. */
  packages: readonly StdPackage[];
  /** The folder of the hand-written declarations, one `NAME.d.ts` a package. */
  types: string;
}

/**
 * The files of one package by path, ready to be written.
 *
 * @throws {Error} If its tarball lacks it, or declarations do not fit its code
 */
export function packageFiles(
  { name, version, source, types, extra }: StdPackage,
  ingredients: Ingredients,
): Map<string, string> {
  const files = modulesIn(source, name, version, ingredients);
  if (!files.has("mod.js") && exportsOf(files).length === 0) {
    throw new Error(`Cannot find @std/${name}@${version} in ${source.file}`);
  }
  if (extra !== undefined) {
    const { module } = extra;
    const modules = modulesIn(extra.source, name, extra.version, ingredients);
    const code = modules.get(module);
    if (code === undefined) {
      throw new Error(
        `Cannot find ${module} of @std/${name} in ${extra.source.file}`,
      );
    }
    files.set(module, code);
  }
  if (types === "declared") addDeclarations(name, files, ingredients.types);
  for (const [path, text] of files) {
    const declarations = path.replace(/\.js$/, ".d.ts");
    if (path.endsWith(".js") && files.has(declarations)) {
      const own = declarations.slice(declarations.lastIndexOf("/") + 1);
      files.set(path, `/* @ts-self-types="./${own}" */\n${text}`);
    }
  }
  return files;
}

/** What can be imported of a package: pairs of export name and path. */
export function exportsOf(
  files: ReadonlyMap<string, string>,
): [string, string][] {
  return [...files.keys()].filter(isPublic)
    .map((module) => [exportName(module), `./${module}`]);
}

function modulesIn(
  source: Source,
  name: string,
  version: string,
  { archives, packages }: Ingredients,
): Map<string, string> {
  const modules = new Map<string, string>();
  const pattern = source.path(name, version);
  for (const [path, bytes] of archives.get(source) ?? []) {
    const { base, module } = pattern.exec(path)?.groups ?? {};
    if (base === undefined || module === undefined) continue;
    if (!module.endsWith(".js") && !module.endsWith(".d.ts")) continue;
    const text = new TextDecoder().decode(bytes);
    modules.set(module, ownImports(text, `${base}/${module}`, packages));
  }
  return modules;
}

/**
 * Undoes what packing for npm did to a module: the stand-in for Deno's global
 * objects goes, and relative imports from one package to another become
 * `jsr:` ones again, since Deno 2.4 takes no other for types.
 */
function ownImports(
  text: string,
  path: string,
  packages: readonly StdPackage[],
): string {
  const [ownName] = path.split("/");
  return text
    .replace(/^import \* as dntShim from ".*";\n/m, "")
    .replaceAll("dntShim.dntGlobalThis", "globalThis")
    .replaceAll("dntShim.Deno", "Deno")
    .replace(/"(\.\/_\w+)\.json" with \{ type: "json" \}/, '"$1.js"')
    .replace(/^\/\/# sourceMappingURL=.*$/m, "")
    .replace(
      /^(import|export|\})(.*["'])(\.\.\/[^"']+)(["'])/gm,
      (statement, keyword, before, specifier, quote) => {
        const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
        const found = packages.find((each) =>
          target.startsWith(`${each.name}/`)
        );
        if (found === undefined || found.name === ownName) return statement;
        const module = target.slice(found.name.length + 1)
          .replace(/^\d+\.\d+\.\d+\//, "");
        const jsr = `jsr:@std/${found.name}@${found.version}${
          exportName(module).slice(1)
        }`;
        return `${keyword}${before}${jsr}${quote}`;
      },
    );
}

/** Adds a `.d.ts` beside every module that others may import. */
function addDeclarations(
  name: string,
  files: Map<string, string>,
  folder: string,
): void {
  const declared = splitDeclarations(readIfThere(`${folder}/${name}.d.ts`));
  for (const module of declared.keys()) {
    if (!files.has(module)) {
      throw new Error(
        `Cannot declare ${module}: @std/${name} has no such module`,
      );
    }
  }
  for (const [module, code] of [...files]) {
    if (!isPublic(module)) continue;
    const declarations = moduleDeclarations(module, code, declared);
    files.set(module.replace(/\.js$/, ".d.ts"), declarations);
  }
}

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    // A package that is only there for others needs no declarations.
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function isPublic(module: string): boolean {
  return module.endsWith(".js") && !/(^|\/)_/.test(module);
}

/** `parse_args.js` is imported as `./parse-args`, `mod.js` as `.` */
function exportName(module: string): string {
  return module === "mod.js"
    ? "."
    : `./${module.replace(/\.js$/, "").replaceAll("_", "-")}`;
}
