import { fromFileUrl, join } from "@std/path";
import { waitFor } from "./wait.ts";

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

/**
 * A disk in a file, with ext4, until disposed of; `null`, with the reason
 * printed, where that cannot be made.
 *
 * @param path where it is mounted; the folder is made.
 * @param image path of the file, which is made.
 */
export async function imageDisk(
  path: string,
  image: string,
): Promise<AsyncDisposable | null> {
  Deno.mkdirSync(path);
  Deno.writeFileSync(image, new Uint8Array(0));
  Deno.truncateSync(image, 24 * 1024 * 1024);
  const isMade = await succeeds("mkfs.ext4", ["-q", "-m", "0", image]) &&
    await succeeds("mount", ["-o", "loop", image, path]);
  if (!isMade) {
    console.log("skipped: mounting an image needs root and mkfs.ext4 on Linux");
    return null;
  }
  // It is not a session.
  await Deno.remove(`${path}/lost+found`);
  return {
    async [Symbol.asyncDispose]() {
      await succeeds("umount", ["-l", path]);
    },
  };
}

/**
 * Makes a mounted disk read-only until disposed of. Files that are open for
 * writing refuse a remount, so a read-only mount of the same disk is laid over
 * it: open files stay writable. It is made read-only elsewhere, where no file is
 * opened in between.
 */
export async function turnReadOnly(path: string): Promise<AsyncDisposable> {
  const elsewhere = await Deno.makeTempDir();
  try {
    await using _mount = await bindDisk(path, elsewhere);
    const args = ["-o", "remount,bind,ro", elsewhere];
    if (!await succeeds("mount", args)) {
      throw new Error(`Cannot make ${path} read-only`);
    }
    return await bindDisk(elsewhere, path);
  } finally {
    await Deno.remove(elsewhere);
  }
}

/**
 * A disk in a file, with FAT, until disposed of; `null`, with the reason
 * printed, where that cannot be made.
 *
 * @param path where it is mounted; the folder is made.
 * @param image path of the file, which is made.
 */
export async function fatDisk(
  path: string,
  image: string,
): Promise<AsyncDisposable | null> {
  Deno.mkdirSync(path);
  Deno.writeFileSync(image, new Uint8Array(0));
  Deno.truncateSync(image, 24 * 1024 * 1024);
  const isMounted = await succeeds("mkfs.vfat", [image]) &&
    await succeeds("mount", ["-t", "vfat", "-o", "loop", image, path]);
  if (!isMounted) {
    console.log("not run: FAT needs mkfs.vfat, vfat in the kernel and root");
    return null;
  }
  return {
    async [Symbol.asyncDispose]() {
      await new Deno.Command("umount", { args: ["-l", path] }).output();
    },
  };
}

/**
 * A disk in a file, with exFAT in user space, until disposed of; `null`, with
 * the reason printed, where that cannot be made.
 *
 * @param path where it is mounted; the folder is made.
 * @param image path of the file, which is made.
 */
export async function exfatDisk(
  path: string,
  image: string,
): Promise<AsyncDisposable | null> {
  Deno.mkdirSync(path);
  Deno.writeFileSync(image, new Uint8Array(0));
  Deno.truncateSync(image, 24 * 1024 * 1024);
  const device = await succeeds("mkfs.exfat", [image])
    ? await loopDevice(image)
    : null;
  const isMounted = device !== null &&
    await succeeds("mount.exfat-fuse", [device, path]);
  const free = async () => {
    if (device !== null) await succeeds("losetup", ["-d", device]);
  };
  if (!isMounted) {
    await free();
    console.log(
      "not run: exFAT needs mkfs.exfat, mount.exfat-fuse, FUSE and root",
    );
    return null;
  }
  return {
    async [Symbol.asyncDispose]() {
      await succeeds("umount", ["-l", path]);
      await free();
    },
  };
}

/** Makes a block device of a file; `null` where that cannot be done. */
async function loopDevice(image: string): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command("losetup", {
      args: ["-f", "--show", image],
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Fills the disk of a folder except for some bytes, and returns the file that does it. */
export async function fillDisk(path: string, left = 0): Promise<string> {
  const file = join(path, "ballast");
  using ballast = Deno.openSync(file, { write: true, create: true });
  for (const size of [65_536, 4_096]) {
    const block = new Uint8Array(size);
    try {
      for (;;) if (ballast.writeSync(block) < size) break;
    } catch (error) {
      if (!/No space left/.test(String(error))) throw error;
    }
  }
  const { size } = await ballast.stat();
  await ballast.truncate(size - left);
  return file;
}

/** A disk that can be taken away, and be given back. */
export interface FailingDisk extends AsyncDisposable {
  /** Process id of the file system's server. */
  readonly pid: number;
  /** Makes every access fail. */
  fail(): Promise<void>;
  /** Ends that. */
  restore(): Promise<void>;
}

/**
 * Mounts a folder with bindfs, until disposed of; `null`, with the reason
 * printed, where that cannot be done.
 */
export async function failingDisk(
  from: string,
  path: string,
): Promise<FailingDisk | null> {
  Deno.mkdirSync(from);
  Deno.mkdirSync(path);
  if (!await succeeds("bindfs", ["--version"])) {
    console.log("skipped: a disk that fails needs bindfs and FUSE");
    return null;
  }
  const start = async () => {
    const server = new Deno.Command("bindfs", {
      args: ["-f", "--multithreaded", from, path],
      stdout: "null",
      stderr: "null",
    }).spawn();
    await waitFor("mount of bindfs", async () => {
      return await succeeds("mountpoint", ["-q", path]) || null;
    });
    return server;
  };
  const unmount = () => succeeds("umount", ["-l", path]);
  let server = await start();
  return {
    get pid() {
      return server.pid;
    },
    async fail() {
      server.kill("SIGKILL");
      await server.status;
    },
    async restore() {
      await unmount();
      server = await start();
    },
    async [Symbol.asyncDispose]() {
      await unmount();
      try {
        // It continues while a program that a failed test left is on it.
        server.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await server.status;
    },
  };
}

/** A disk whose changes fail while a test wants it. */
export interface FaultyDisk extends AsyncDisposable {
  /** Makes every change fail with an error, or with `""` succeed again. */
  fail(error: "EDQUOT" | "EROFS" | "EIO" | ""): void;
}

/**
 * A file system of its own in FUSE, until disposed of; `null`, with the reason
 * printed, where that cannot be made. Its free space is that of the disk below,
 * as it is for a user whose quota is used up.
 *
 * @param home a folder for its files.
 * @param path where it is mounted; the folder is made.
 */
export async function faultyDisk(
  home: string,
  path: string,
): Promise<FaultyDisk | null> {
  const [below, control] = [join(home, "below"), join(home, "control")];
  Deno.mkdirSync(below);
  Deno.mkdirSync(path);
  Deno.writeTextFileSync(control, "");
  if (!await succeeds(PYTHON, ["-c", "import fusepy"])) {
    console.log("not run: a faulty disk needs python3-fusepy and FUSE");
    return null;
  }
  const script = fromFileUrl(new URL("faulty_disk.py", import.meta.url));
  const server = new Deno.Command(PYTHON, {
    args: [script, below, path, control],
    stdout: "null",
    stderr: "null",
  }).spawn();
  await waitFor("mount of the faulty disk", async () => {
    return await succeeds("mountpoint", ["-q", path]) || null;
  });
  return {
    fail: (error) => Deno.writeTextFileSync(control, error),
    async [Symbol.asyncDispose]() {
      await succeeds("umount", ["-l", path]);
      await server.status;
    },
  };
}

/** The system's own Python has the system's packages. */
const PYTHON = "/usr/bin/python3";

/** Runs a program; false when it fails, or is missing. */
export async function succeeds(
  program: string,
  args: readonly string[],
): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, {
      args: [...args],
      stderr: "null",
    }).output();
    return success;
  } catch {
    // It is not installed.
    return false;
  }
}
