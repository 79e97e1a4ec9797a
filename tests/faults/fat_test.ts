/**
 * Disks of cameras and players: without owners, modes and links, and with
 * coarse times.
 *
 * @module
 */

import { assertArrayIncludes, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { echolog, SessionOnDisk } from "../support/echolog.ts";
import { exfatDisk, fatDisk } from "../support/small_disk.ts";
import { wasBusy } from "../support/load.ts";
import { tempFolder } from "../support/temp.ts";

/** Milliseconds of the times that FAT keeps. */
const FAT_MS = 2_000;

for (const [name, mount] of [["FAT", fatDisk], ["exFAT", exfatDisk]] as const) {
  Deno.test(`${name}: a recording is whole, repair finishes it, and verify takes coarse times for what they are`, async () => {
    using home = tempFolder();
    const path = join(home.path, "recordings");
    await using disk = await mount(path, join(home.path, "image"));
    if (disk === null) return;
    const run = (...argv: string[]) => echolog(argv, { home: home.path });
    const { code, stderr } = await run(
      ...["record", "--device", "test", "--session-id", "night"],
      ...["--duration", "3.5s", "--segment-duration", "1s"],
    );
    assertEquals(code, 0, stderr);
    const session = new SessionOnDisk(join(path, "night"));
    assertEquals(session.eventsOf("chunk_created").length, 4);
    // Other programs may hold up the audio.
    if (!wasBusy()) assertEquals(session.eventsOf("gap"), []);
    const verified = await run("verify", "night");
    assertEquals(verified.code, 0, verified.stdout);
    // What another disk makes of the times on the way to FAT.
    for (const { name } of Deno.readDirSync(session.folder)) {
      const file = join(session.folder, name);
      const time = Deno.statSync(file).mtime?.getTime() ?? 0;
      const coarse = new Date(time - time % FAT_MS);
      Deno.utimeSync(file, coarse, coarse);
    }
    const again = await run("verify", "night");
    assertEquals(again.code, 0, again.stdout);
    // It keeps no modes: others can read it, and the log says so.
    const codes = session.eventsOf("warning").map(({ code }) => code);
    assertArrayIncludes(codes, ["folder_not_private"]);
    assertMatch((await run("keep", "night")).stdout, /^night is kept/);
    const repaired = await run("repair", "night");
    assertEquals(repaired.code, 0, repaired.stderr);
    assertMatch(repaired.stdout, /night needs no repair/);
    assertMatch((await run("explain")).stdout, /^night was recorded/);
  });
}
