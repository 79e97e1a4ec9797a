/**
 * Owners of the files that root makes in another user's folder.
 *
 * @module
 */

import { userId } from "./guard.ts";

/**
 * Gives a file that root has made in the folder of another user to that user.
 * Deno changes owners by path, where something else may be by now: Node's
 * functions change that of an open file.
 *
 * @param path Where the file was made.
 * @param file The open file.
 * @param folder Facts about its folder.
 */
export function keepOwner(
  path: string,
  file: Deno.FsFile,
  { uid, gid }: Deno.FileInfo,
): void {
  if (userId() !== 0 || uid === null || uid === 0 || gid === null) return;
  const fs = builtinFs();
  const handle = call(fs, "openSync", path, "r+");
  try {
    const { ino, dev } = file.statSync();
    const opened = call(fs, "fstatSync", handle);
    if (property(opened, "ino") !== ino || property(opened, "dev") !== dev) {
      return;
    }
    call(fs, "fchownSync", handle, uid, gid);
  } finally {
    call(fs, "closeSync", handle);
  }
}

/** Node's module of file functions, which is in every Deno. */
function builtinFs(): unknown {
  return call(
    Reflect.get(globalThis, "process"),
    "getBuiltinModule",
    "node:fs",
  );
}

function call(target: unknown, name: string, ...args: unknown[]): unknown {
  const method = property(target, name);
  if (typeof method !== "function") throw new TypeError(`There is no ${name}`);
  return Reflect.apply(method, target, args);
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Reflect.get(value, name)
    : undefined;
}
