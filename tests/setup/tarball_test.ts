import { assertEquals, assertRejects } from "@std/assert";
import { integrity, unpack } from "../../scripts/setup/tarball.ts";
import { encode, entry, gzip, makeTarball } from "./tarballs.ts";

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

Deno.test("integrity: returns a checksum in the format of npm", async () => {
  assertEquals(
    await integrity(encode("abc")),
    "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==",
  );
});

Deno.test("unpack: returns the files of a tarball by path", async () => {
  const long = "x".repeat(1500);
  const files = await unpack(
    await makeTarball({ "package/a.js": "a", "package/b.js": long, "c": "" }),
  );
  assertEquals([...files.keys()], ["package/a.js", "package/b.js", "c"]);
  assertEquals(text(files.get("package/a.js")), "a");
  assertEquals(text(files.get("package/b.js")), long);
});

Deno.test("unpack: reads paths of more than 100 characters in both tar formats", async () => {
  const folder = "folder/".repeat(20);
  const files = await unpack(
    await gzip([
      ...entry("a.js", "0", encode("a"), folder.slice(0, -1)),
      ...entry("header", "x", encode(`160 path=${folder}b.js\n`)),
      ...entry("cut-off", "0", encode("b")),
      ...entry("c.js", "0", encode("c")),
    ]),
  );
  assertEquals([...files.keys()], [`${folder}a.js`, `${folder}b.js`, "c.js"]);
});

Deno.test("unpack: ignores folders and links", async () => {
  const files = await unpack(
    await gzip([
      ...entry("package/", "5", encode("")),
      ...entry("package/link", "2", encode("")),
      ...entry("package/a.js", "0", encode("a")),
    ]),
  );
  assertEquals([...files.keys()], ["package/a.js"]);
});

Deno.test("unpack: rejects a tarball that ends in the middle of a file", async () => {
  const [header, content] = entry("a.js", "0", encode("x".repeat(2000)));
  const cut = [header, content?.subarray(0, 1000)].filter((part) =>
    part !== undefined
  );
  await assertRejects(
    async () => await unpack(await gzip(cut)),
    Error,
    `"a.js" is cut short`,
  );
});
