/**
 * Makes a folder that Deno can use in the place of JSR (`JSR_URL=file:///…/`)
 * out of the tarballs in `std_packages.ts`.
 *
 * ```sh
 * registry.ts --specs            # prints what to `npm pack`
 * registry.ts --make TEMP FINAL  # TEMP is a folder that holds the tarballs
 * registry.ts --url FINAL        # prints what JSR_URL is set to
 * ```
 *
 * The registry is built inside TEMP and becomes FINAL in one rename, so FINAL is
 * either whole or not there.
 *
 * @module
 */

import { type Source, STD_PACKAGES, type StdPackage } from "./std_packages.ts";
import { integrity, unpack } from "./tarball.ts";
import { exportsOf, packageFiles } from "./package_files.ts";

/** What a registry is made from. */
export interface RegistryPlan {
  /** The packages to offer. */
  packages: readonly StdPackage[];
  /** The folder of the hand-written declarations, one `NAME.d.ts` a package. */
  types: string;
  /** The folder that holds the tarballs and in which the registry is built. */
  temp: string;
  /** Where the finished registry goes. */
  final: string;
}

/**
 * Makes a registry folder.
 *
 * Where another process has made `plan.final` in the meantime, that one stays.
 *
 * @param plan What to make, and where
 * @throws {Error} If a tarball is not the one that was pinned, or lacks a package
 */
export async function makeRegistry(plan: RegistryPlan): Promise<void> {
  const sources = new Set(
    plan.packages.flatMap(({ source, extra }) =>
      extra === undefined ? [source] : [source, extra.source]
    ),
  );
  const archives = new Map<Source, Map<string, Uint8Array>>();
  for (const source of sources) {
    archives.set(source, await unpackVerified(plan.temp, source));
  }
  const { packages, types } = plan;
  const ingredients = { archives, packages, types };
  const building = `${plan.temp}/registry`;
  for (const each of packages) {
    await writePackage(building, each, packageFiles(each, ingredients));
  }
  await renameUnlessThere(building, plan.final);
}

async function unpackVerified(
  folder: string,
  source: Source,
): Promise<Map<string, Uint8Array>> {
  const bytes = await Deno.readFile(`${folder}/${source.file}`);
  const found = await integrity(bytes);
  if (found !== source.integrity) {
    throw new Error(
      `Cannot use ${source.file}: its sum is ${found}, expected ${source.integrity}`,
    );
  }
  return await unpack(bytes);
}

async function writePackage(
  registry: string,
  { name, version }: StdPackage,
  files: Map<string, string>,
): Promise<void> {
  const folder = `${registry}/@std/${name}`;
  const manifest: Record<string, { size: number; checksum: string }> = {};
  for (const [path, text] of files) {
    const bytes = new TextEncoder().encode(text);
    const file = `${folder}/${version}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(file, bytes);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const sum = [...digest].map((byte) => byte.toString(16).padStart(2, "0"));
    manifest[`/${path}`] = {
      size: bytes.length,
      checksum: `sha256-${sum.join("")}`,
    };
  }
  const meta = {
    scope: "std",
    name,
    latest: version,
    versions: { [version]: {} },
  };
  const exports = Object.fromEntries(exportsOf(files));
  await Deno.writeTextFile(`${folder}/meta.json`, JSON.stringify(meta));
  await Deno.writeTextFile(
    `${folder}/${version}_meta.json`,
    JSON.stringify({ manifest, exports }),
  );
}

async function renameUnlessThere(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch (error) {
    // Another set-up was quicker. Its folder came about by the same rename, so
    // it is whole; the caller removes ours together with the temporary folder.
    const there = await Deno.stat(to).then(() => true, () => false);
    if (!there) throw error;
  }
}

/** The address of a registry folder for `JSR_URL`, whatever its path holds. */
export function registryUrl(folder: string): string {
  const path = folder.split("/").map(encodeURIComponent).join("/");
  return `file://${path}/`;
}

async function main([action, ...paths]: string[]): Promise<number> {
  const [first, second] = paths;
  if (action === "--specs") {
    console.log(
      STD_PACKAGES.map(({ source }) => source.spec)
        .filter((spec, index, all) => all.indexOf(spec) === index).join("\n"),
    );
  } else if (action === "--url" && first !== undefined) {
    console.log(registryUrl(first));
  } else if (
    action === "--make" && first !== undefined && second !== undefined
  ) {
    const types = `${import.meta.dirname}/types`;
    await makeRegistry({
      packages: STD_PACKAGES,
      types,
      temp: first,
      final: second,
    });
  } else {
    console.error(
      "Usage: registry.ts --specs | --make TEMP FINAL | --url FINAL",
    );
    return 2;
  }
  return 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    Deno.exit(1);
  }
}
