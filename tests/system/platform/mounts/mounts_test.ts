import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { danglingLink } from "../../../../src/platform/mounts/dangling_link.ts";
import {
  isMountPoint,
  mountPointOf,
} from "../../../../src/platform/mounts/mount_point.ts";
import { smallDisk } from "../../../support/small_disk.ts";
import { tempFolder } from "../../../support/temp.ts";

Deno.test("isMountPoint: recognizes a mount, a link to it, and the root", async () => {
  using home = tempFolder();
  const path = join(home.path, "disk");
  assertEquals(await isMountPoint("/"), true);
  assertEquals(await isMountPoint(home.path), false);
  assertEquals(await isMountPoint(path), false);
  await using disk = await smallDisk(path, "size=64k");
  if (disk === null) return;
  const inside = join(path, "inside");
  Deno.mkdirSync(inside);
  const link = join(home.path, "link");
  Deno.symlinkSync(path, link);
  assertEquals(await isMountPoint(path), true);
  assertEquals(await isMountPoint(link), true);
  assertEquals(await isMountPoint(inside), false);
  assertEquals(await mountPointOf(inside), Deno.realPathSync(path));
});

Deno.test("danglingLink: returns the link at fault and the target that is missing", () => {
  using home = tempFolder();
  const at = (name: string) => join(home.path, name);
  const target = at("away/rec");
  Deno.symlinkSync("away/rec", at("one"));
  Deno.symlinkSync("one", at("two"));
  assertEquals(danglingLink(at("one")), { link: at("one"), target });
  assertEquals(danglingLink(at("two")), { link: at("two"), target });
  assertEquals(danglingLink(at("one/s/chunk")), { link: at("one"), target });
  assertEquals(danglingLink(at("missing/s")), null);
  Deno.symlinkSync("loop", at("loop"));
  assertEquals(danglingLink(at("loop")), null);
  Deno.mkdirSync(target, { recursive: true });
  assertEquals(danglingLink(at("two")), null);
});
