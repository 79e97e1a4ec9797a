/**
 * Users for tests in which one attacks another. They have no names here.
 *
 * @module
 */

import { join } from "@std/path";
import { echolog } from "./echolog.ts";
import { tempFolder } from "./temp.ts";

/** An ordinary user. */
export const ORDINARY = 61_234;
/** Another ordinary user. */
export const ATTACKER = 61_235;
/** The user of this test, when it is root. */
export const ROOT = 0;

/** A place that several users share, and a home for each of them. */
export interface SharedPlace extends Disposable {
  /** A folder like /tmp: everybody may write, only owners may remove. */
  readonly shared: string;
  /** The home of a user. */
  homeOf(uid: number): string;
}

/** Makes a place that several users share. */
export function sharedPlace(): SharedPlace {
  const folder = tempFolder();
  Deno.chmodSync(folder.path, 0o755);
  const make = (name: string, mode: number, uid: number) => {
    const path = join(folder.path, name);
    Deno.mkdirSync(path);
    Deno.chmodSync(path, mode);
    Deno.chownSync(path, uid, uid);
    return path;
  };
  const homes = new Map(
    [ORDINARY, ATTACKER, ROOT].map((uid) => [
      uid,
      make(`home-${uid}`, 0o700, uid),
    ]),
  );
  return {
    shared: make("shared", 0o1777, 0),
    homeOf: (uid) => homes.get(uid) ?? folder.path,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** Whether this test may run echolog as other users; says why if not. */
export async function hasUsers(): Promise<boolean> {
  if (Deno.build.os === "windows" || Deno.uid() !== 0) {
    console.log("not run: only root can run a program as another user");
    return false;
  }
  using place = sharedPlace();
  try {
    const { code, stderr } = await echolog(["--version"], {
      home: place.homeOf(ORDINARY),
      uid: ORDINARY,
    });
    if (code === 0) return true;
    console.log(`not run: another user cannot run echolog: ${stderr}`);
  } catch (error) {
    console.log(`not run: another user cannot run echolog: ${error}`);
  }
  return false;
}
