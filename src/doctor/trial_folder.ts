/**
 * A folder for the files of a trial, in the output folder.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import type { WorkingFolder } from "../ffmpeg/query.ts";
import { OwnFolder } from "../platform/guarded/own_folder.ts";
import { nearestFolder } from "./folder_check.ts";

/** A folder that is removed with its files, and with the parents made for it. */
export interface TrialFolder extends Disposable, WorkingFolder {}

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Makes a folder as a recording does: ffmpeg may be confined to some paths, so
 * only the real place shows whether it can write there.
 *
 * @returns `null` when it cannot be made.
 */
export function makeTrialFolder(outputDir: string): TrialFolder | null {
  const path = join(outputDir, `.echolog-doctor.${Deno.pid}`);
  const made: string[] = [];
  let own: OwnFolder;
  const remove = () => {
    for (const folder of made.splice(0).reverse()) {
      try {
        // Parents are removed only when empty.
        Deno.removeSync(folder, { recursive: folder === path });
      } catch {
        // It is in use by now, or its disk is gone.
      }
    }
  };
  try {
    const existing = nearestFolder(outputDir);
    const missing: string[] = [path];
    for (let at = outputDir; at !== existing; at = dirname(at)) {
      missing.unshift(at);
    }
    for (const folder of missing) {
      Deno.mkdirSync(folder, { mode: 0o700 });
      made.push(folder);
    }
    own = new OwnFolder(path);
  } catch {
    // The check of the output folder reports why.
    remove();
    return null;
  }
  const stopListening = onSignal(remove);
  return {
    path,
    isElsewhere: (pid) => own.isElsewhere(pid),
    [Symbol.dispose]() {
      stopListening();
      remove();
    },
  };
}

/** Calls `work` before a signal ends echolog; returns what stops that. */
function onSignal(work: () => void): () => void {
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      work();
      stop();
      const isWindows = Deno.build.os === "windows";
      Deno.kill(Deno.pid, isWindows ? "SIGKILL" : signal);
    };
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });
  const stop = () => {
    for (const { signal, listener } of listeners.splice(0)) {
      Deno.removeSignalListener(signal, listener);
    }
  };
  return stop;
}
