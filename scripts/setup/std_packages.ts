/**
 * Where the `@std` packages come from on a machine that reaches the npm
 * registry but not JSR: two npm packages that carry them as JavaScript.
 *
 * The versions of the packages are those the tarballs hold; each lies inside
 * the caret range in `deno.json`, so both ways satisfy the same imports. To move
 * to other tarballs change this table: the set-up notices by itself.
 *
 * @module
 */

/** An npm tarball that holds `@std` packages. */
export interface Source {
  /** What `npm pack` is asked for. */
  spec: string;
  /** The file name that `npm pack` gives it. */
  file: string;
  /** Its SHA-512 in the form npm uses, `sha512-` and Base64. */
  integrity: string;
  /**
   * Finds a package's modules inside the tarball. Named groups: `base` is the
   * package's own part of the path, against which relative imports from one
   * package to another resolve, and `module` the path inside the package.
   */
  path(name: string, version: string): RegExp;
}

/** An `@std` package that the registry folder offers. */
export interface StdPackage {
  /** Its name without the scope. */
  name: string;
  /** The version that the tarball holds. */
  version: string;
  /** The tarball it is taken from. */
  source: Source;
  /** Whether its types come from the tarball or are written in `types/`. */
  types: "tarball" | "declared";
  /** A module that its tarball leaves out, and another one has. */
  extra?: { source: Source; version: string; module: string };
}

const TRANSPILED: Source = {
  spec: "windmill-cli@1.596.0",
  file: "windmill-cli-1.596.0.tgz",
  integrity:
    "sha512-5aFVNTOEaGyTKyQlyjFI1FAZ8fTIQ2vGSmnqL3FfZuKpKWdqGXh8p9Azdp8N2MkIwyP1vYtOK9nfQk6jr6tRTw==",
  path: (name, version) =>
    new RegExp(
      `^package/(?:esm|types)/deps/[^/]+/@std/(?<base>${name}/${version})/(?<module>.+)$`,
    ),
};

const STRIPPED: Source = {
  spec: "deno-std@1.4.0",
  file: "deno-std-1.4.0.tgz",
  integrity:
    "sha512-7c0Y6tyn0Sx0NKiaAeGtDwrpG+C7VFcOStVcYXPnjAuIEonxzVV+n6s8iuFjg6keqzxo/zrPbR/J9EY9BLNsRA==",
  path: (name) => {
    const folder = name.replaceAll("-", "_");
    return new RegExp(`^package/(?<base>${folder})/(?<module>.+)$`);
  },
};

const fromTranspiled = (name: string, version: string): StdPackage => (
  { name, version, source: TRANSPILED, types: "tarball" }
);

const fromStripped = (name: string, version: string): StdPackage => (
  { name, version, source: STRIPPED, types: "declared" }
);

/** Every package of the registry folder. */
export const STD_PACKAGES: readonly StdPackage[] = [
  fromTranspiled("fs", "1.0.20"),
  fromTranspiled("io", "0.225.2"),
  fromTranspiled("log", "0.224.14"),
  fromTranspiled("path", "1.1.3"),
  // This tarball names no versions. Its code is, file by file, that of the std
  // release of 30 July 2026, which consists of these.
  fromStripped("assert", "1.0.19"),
  fromStripped("async", "1.5.0"),
  fromStripped("bytes", "1.0.6"),
  {
    ...fromStripped("cli", "1.0.32"),
    // The table of character widths is JSON, which the tarball leaves out. It
    // is the same in both versions.
    extra: { source: TRANSPILED, version: "1.0.0-rc.2", module: "_data.js" },
  },
  fromStripped("collections", "1.3.0"),
  fromStripped("data-structures", "1.1.2"),
  fromStripped("fmt", "1.0.10"),
  fromStripped("internal", "1.0.14"),
  fromStripped("streams", "1.1.2"),
  fromStripped("text", "1.0.19"),
  fromStripped("toml", "1.0.11"),
];
