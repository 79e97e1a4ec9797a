/**
 * A folder whose file system never answers, until disposed of: a FUSE mount
 * without a server. `null`, with the reason printed, where that cannot be made.
 *
 * @param path where it is mounted; the folder is made.
 */
export async function hungFolder(
  path: string,
): Promise<AsyncDisposable | null> {
  Deno.mkdirSync(path, { recursive: true });
  // The shell holds the device: all requests fail when it ends.
  const script =
    'exec 3<>/dev/fuse && mount -i -t fuse -o "$1" hung "$2" && echo mounted && read line';
  const options = "fd=3,rootmode=40000,user_id=0,group_id=0";
  const holder = new Deno.Command("sh", {
    args: ["-c", script, "sh", options, path],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = holder.stdout.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  if (value === undefined) {
    await holder.stdin.close();
    await holder.status;
    console.log("skipped: a folder that hangs needs root and FUSE on Linux");
    return null;
  }
  return {
    async [Symbol.asyncDispose]() {
      await holder.stdin.close();
      await holder.status;
      await new Deno.Command("umount", { args: ["-l", path] }).output();
    },
  };
}
