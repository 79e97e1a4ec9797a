import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { NewestText } from "../../../src/platform/guarded/newest_text.ts";
import { fillDisk, smallDisk } from "../../support/small_disk.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("NewestText: on a full disk, a text is written over the one in place", async () => {
  using folder = tempFolder();
  const disk = join(folder.path, "disk");
  await using mounted = await smallDisk(disk, "size=256k");
  if (mounted === null) return;
  const path = join(disk, "session.json");
  const errors: unknown[] = [];
  const text = new NewestText({
    path,
    sync: { opened: () => Promise.resolve() },
    onError: (error) => errors.push(error),
  });
  const put = async (content: string) => {
    text.write(content);
    await text.flush();
    return Deno.readTextFileSync(path);
  };
  assertEquals(
    await put('{"state": "recording"}\n'),
    '{"state": "recording"}\n',
  );
  const ballast = await fillDisk(disk);
  // A longer and a shorter text, padded with blanks.
  const longer = '{"state": "recovering", "cause": "disk_full"}\n';
  assertEquals(await put(longer), longer);
  assertEquals(await put("{}\n"), `{}\n${" ".repeat(longer.length - 3)}`);
  assertEquals(errors, []);
  // One that takes more room than the old one has.
  const before = Deno.readTextFileSync(path);
  assertEquals(await put(`${" ".repeat(8_192)}{}\n`), before);
  assertEquals(errors.length, 1);
  const names = [...Deno.readDirSync(disk)].map(({ name }) => name).sort();
  assertEquals(names, ["ballast", "session.json"]);
  Deno.removeSync(ballast);
  assertEquals(await put("{}\n"), "{}\n");
});
