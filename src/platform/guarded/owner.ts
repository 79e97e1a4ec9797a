/**
 * Owners of the files that root makes in another user's folder.
 *
 * @module
 */

/**
 * Gives a path to another user, where this user may do that. A link is changed
 * itself, not what it leads to: Deno.chown follows links.
 */
export function giveTo(path: string, uid: number, gid: number): void {
  const lchown = method(builtinFs(), "lchownSync");
  if (lchown !== null) Reflect.apply(lchown, undefined, [path, uid, gid]);
}

/** Node's module of file functions, which is there in every Deno. */
function builtinFs(): unknown {
  const process: unknown = Reflect.get(globalThis, "process");
  const getModule = method(process, "getBuiltinModule");
  return getModule === null
    ? null
    : Reflect.apply(getModule, process, ["node:fs"]);
}

/** Returns a method of a value, or `null` when it has none of that name. */
function method(value: unknown, name: string): (() => unknown) | null {
  if (typeof value !== "object" || value === null) return null;
  const found: unknown = Reflect.get(value, name);
  return isFunction(found) ? found : null;
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === "function";
}
