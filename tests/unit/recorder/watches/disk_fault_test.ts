import { assertEquals } from "@std/assert";
import { existsSync } from "@std/fs";
import { join } from "@std/path";
import {
  diskFaultOf,
  tryDisk,
} from "../../../../src/recorder/watches/disk_fault.ts";
import { tempFolder } from "../../../support/temp.ts";

Deno.test("diskFaultOf: tells faults of the disk from other errors", () => {
  const cases = [
    ["No space left on device (os error 28)", "disk_full"],
    ["Disk quota exceeded (os error 122): writefile '/x'", "disk_full"],
    ["Read-only file system (os error 30): open '/x'", "disk_read_only"],
    ["Input/output error (os error 5)", "disk_error"],
    ["Transport endpoint is not connected (os error 107)", "disk_error"],
    ["Stale file handle (os error 116)", "disk_error"],
    ["Permission denied (os error 13): open '/x/.trial'", null],
    ["Too many open files (os error 24)", null],
    ["No such file or directory (os error 2)", null],
  ] as const;
  for (const [message, fault] of cases) {
    assertEquals(diskFaultOf(new Error(message)), fault, message);
  }
  // Where the system is not the one of these messages.
  const coded = Object.assign(new Error("disk voll"), { code: "ENOSPC" });
  assertEquals(diskFaultOf(coded), "disk_full");
  assertEquals(diskFaultOf("odd"), null);
});

Deno.test("tryDisk: leaves nothing behind, not even what a killed recorder left", async () => {
  using folder = tempFolder();
  const path = join(folder.path, ".trial");
  Deno.writeTextFileSync(path, "left");
  assertEquals(await tryDisk(folder.path, 100_000), null);
  assertEquals(existsSync(path), false);
});

Deno.test("tryDisk: does not write through a link, and names no fault then", async () => {
  using folder = tempFolder();
  const link = join(folder.path, "link");
  const target = join(folder.path, "target");
  Deno.mkdirSync(target);
  Deno.symlinkSync(target, link);
  assertEquals(await tryDisk(link, 10), null);
  assertEquals([...Deno.readDirSync(target)], []);
  assertEquals(await tryDisk(join(folder.path, "none"), 10), null);
});
