/**
 * A disk whose power can be cut.
 *
 * @module
 */

import { join } from "@std/path";
import { waitFor } from "./wait.ts";

/** An ext4 file system of its own. */
export interface CuttableDisk extends AsyncDisposable {
  /**
   * Cuts the power: nothing more reaches the disk, not even what the kernel
   * holds in memory.
   */
  cut(): Promise<void>;
  /** Mounts it again, as after a boot. Nothing may have files on it open. */
  boot(): Promise<void>;
}

/**
 * Makes a disk in an image, mounted at `home/disk`, until disposed of; `null`,
 * with the reason printed, where that cannot be made.
 */
export async function cuttableDisk(home: string): Promise<CuttableDisk | null> {
  const [image, path] = [join(home, "disk.img"), join(home, "disk")];
  Deno.mkdirSync(path);
  Deno.createSync(image).close();
  Deno.truncateSync(image, IMAGE_BYTES);
  const mount = () => run("mount", "-o", "loop", image, path);
  const unmounted = () => run("umount", path).then(() => true, () => null);
  try {
    await run("mkfs.ext4", "-q", "-F", image);
    await mount();
  } catch (error) {
    console.log(`not run: cutting the power needs root, ext4 and loop devices`);
    console.log(String(error));
    return null;
  }
  return {
    cut: () => run("perl", "-e", SHUT_DOWN, path),
    async boot() {
      // A program that was just started is on it, too, until it is gone.
      await waitFor("end of all that is on the disk", unmounted);
      await mount();
    },
    async [Symbol.asyncDispose]() {
      await run("umount", "-l", path);
    },
  };
}

const IMAGE_BYTES = 67_108_864;

/** EXT4_IOC_SHUTDOWN without writing the journal. */
const SHUT_DOWN = `
open(my $disk, "<", $ARGV[0]) or die $!;
my $flags = pack("L", 2);
ioctl($disk, 0x8004587d, $flags) or die $!;
`;

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args })
    .output();
  if (success) return;
  throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
}
