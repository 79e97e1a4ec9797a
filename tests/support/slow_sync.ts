/**
 * A disk on which a sync takes long.
 *
 * @module
 */

/** Syncs that are held, until disposed of. */
export interface HeldSyncs extends AsyncDisposable {
  /** How many were held so far. */
  readonly count: number;
}

/**
 * Holds each sync of a process; `null`, with the reason printed, where that
 * cannot be done.
 *
 * @param pid A recorder, or the server of its file system.
 * @param seconds How long each sync is held.
 */
export async function holdSyncs(
  pid: number,
  seconds: number,
): Promise<HeldSyncs | null> {
  let strace: Deno.ChildProcess;
  try {
    strace = new Deno.Command("strace", {
      args: [
        ...["-f", "-p", String(pid), "-e", "trace=fsync,fdatasync"],
        ...["-e", `inject=fsync,fdatasync:delay_enter=${seconds * 1e6}`],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    console.log(`not run: ${error}`);
    return null;
  }
  const reader = strace.stderr.pipeThrough(new TextDecoderStream())
    .getReader();
  const { value = "" } = await reader.read();
  let count = 0;
  // It prints every call until it ends.
  const drained = (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      count += value.match(/\(DELAYED\)/g)?.length ?? 0;
    }
  })();
  const release = async () => {
    strace.kill("SIGTERM");
    await strace.status;
    await drained;
  };
  if (value.includes("attached")) {
    return {
      get count() {
        return count;
      },
      [Symbol.asyncDispose]: release,
    };
  }
  console.log(`not run: ${value}`);
  await strace.status;
  await drained;
  return null;
}
