/**
 * A disk of its own for a test, until disposed of; `null`, with the reason
 * printed, where that cannot be made.
 *
 * @param path where it is mounted; the folder is made.
 * @param options of the file system, such as `size=2m`.
 */
export async function smallDisk(
  path: string,
  options: string,
): Promise<AsyncDisposable | null> {
  Deno.mkdirSync(path);
  const { success } = await new Deno.Command("mount", {
    args: ["-t", "tmpfs", "-o", options, "tmpfs", path],
    stderr: "null",
  }).output();
  if (!success) {
    console.log("skipped: mounting a small disk needs root on Linux");
    return null;
  }
  return {
    async [Symbol.asyncDispose]() {
      await new Deno.Command("umount", { args: ["-l", path] }).output();
    },
  };
}

/** Mounts a folder of another disk at `path`, until disposed of. */
export async function bindDisk(
  from: string,
  path: string,
): Promise<AsyncDisposable> {
  Deno.mkdirSync(path, { recursive: true });
  const { success } = await new Deno.Command("mount", {
    args: ["--bind", from, path],
  }).output();
  if (!success) throw new Error(`Cannot mount ${from} at ${path}`);
  return {
    async [Symbol.asyncDispose]() {
      await new Deno.Command("umount", { args: ["-l", path] }).output();
    },
  };
}
