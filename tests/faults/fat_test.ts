import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echolog, SessionOnDisk } from "../support/echolog.ts";
import { fatDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("FAT: a recording is whole, and verify takes times of two seconds for what they are", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await fatDisk(path, join(home.path, "image"));
  if (disk === null) return;
  const { code, stderr } = await echolog([
    ...["record", "--device", "test", "--session-id", "night"],
    ...["--duration", "3.5s", "--segment-duration", "1s"],
  ], { home: home.path });
  assertEquals(code, 0, stderr);
  const session = new SessionOnDisk(join(path, "night"));
  assertEquals(session.eventsOf("chunk_created").length, 4);
  assertEquals(session.eventsOf("gap"), []);
  const verified = await echolog(["verify", "night"], { home: home.path });
  assertEquals(verified.code, 0, verified.stdout);
});
