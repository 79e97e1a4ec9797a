import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { checkMount } from "../../../src/doctor/mount_check.ts";
import { smallDisk } from "../../support/small_disk.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("checkMount: fails while the required mount is missing, and accepts it when it is mounted", async () => {
  using home = tempFolder();
  const path = join(home.path, "disk");
  const settings = { outputDir: join(path, "rec"), requireMount: path };
  const away = await checkMount(settings, home.path);
  assertEquals(away?.state, "failed");
  assertEquals(
    away?.text,
    `${path} is not a mount point (recording.require_mount)`,
  );
  await using disk = await smallDisk(path, "size=64k");
  if (disk === null) return;
  const check = await checkMount(settings, home.path);
  assertEquals([check?.state, check?.text], ["ok", `${path} is mounted`]);
  const elsewhere = await checkMount(
    { ...settings, outputDir: join(home.path, "rec") },
    home.path,
  );
  assertEquals(elsewhere?.state, "warning");
  assertMatch(elsewhere?.text ?? "", /is on another file system$/);
});

Deno.test("checkMount: suggests the mount of an output folder that is on another file system", async () => {
  using home = tempFolder();
  const path = join(home.path, "disk");
  await using disk = await smallDisk(path, "size=64k");
  if (disk === null) return;
  const settings = { outputDir: join(path, "rec"), requireMount: null };
  const check = await checkMount(settings, home.path);
  assertEquals(check?.state, "ok");
  assert(
    check?.next?.endsWith(
      `echolog config set recording.require_mount ${Deno.realPathSync(path)}`,
    ),
    check?.next ?? "",
  );
  // A home folder on a file system of its own is always mounted.
  assertEquals(await checkMount(settings, path), null);
});
