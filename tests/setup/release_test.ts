import { assert, assertEquals, assertThrows } from "@std/assert";
import { withAddress } from "../../scripts/release/install_script.ts";
import { notesOf } from "../../scripts/release/notes.ts";
import { versionOfTag } from "../../scripts/release/version.ts";

const read = (path: string) =>
  Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));

const CHANGELOG = `# Changelog

## Unreleased

## 1.2.0 - 2026-11-25

### Added

- Something.

## 1.2.0-rc.1

- Nearly.

## 1.1.0

## 1.0.0
- First.
`;

Deno.test("release: takes the notes from the section of the version, without its heading", () => {
  assertEquals(notesOf(CHANGELOG, "1.2.0"), "### Added\n\n- Something.");
  assertEquals(notesOf(CHANGELOG, "1.2.0-rc.1"), "- Nearly.");
  assertEquals(notesOf(CHANGELOG, "1.0.0"), "- First.");
});

Deno.test("release: rejects a version whose section is missing or empty", () => {
  for (const version of ["1.2", "2.0.0", "", "1.2.0 -", "11.2.0"]) {
    assertThrows(
      () => notesOf(CHANGELOG, version),
      Error,
      `CHANGELOG.md has no section "## ${version}"`,
    );
  }
  assertThrows(() => notesOf(CHANGELOG, "1.1.0"), Error, "is empty");
});

Deno.test("release: rejects a tag that differs from the version in deno.json", () => {
  assertEquals(versionOfTag("v1.2.3", '{ "version": "1.2.3" }'), "1.2.3");
  for (const tag of ["1.2.3", "v1.2.4", "v1.2.3-rc.1", "", "vnone\n"]) {
    assertThrows(
      () => versionOfTag(tag, '{ "version": "1.2.3" }'),
      Error,
      `Cannot release ${tag}: the version in deno.json is 1.2.3, its tag is v1.2.3`,
    );
  }
  assertThrows(() => versionOfTag("v1", "{}"), Error, "is none");
  // The real file can be read.
  const { version } = JSON.parse(read("deno.json"));
  assertEquals(versionOfTag(`v${version}`, read("deno.json")), version);
});

Deno.test("release: changes only the address in the installer", () => {
  const address = "https://host.example/ann/echolog/releases/download/v1.2.3";
  const script = read("scripts/install.sh");
  const released = withAddress(script, address);
  const changed = released.split("\n").filter((line, index) =>
    line !== script.split("\n")[index]
  );
  assertEquals(changed, [`from=${address}`]);
  assert(released.endsWith("\n"));
});

Deno.test("release: rejects an unsafe address and an installer without exactly one place for it", () => {
  for (
    const address of [
      "https://a/$(id)",
      "https://a/b c",
      "https://a/'b",
      "https://a/b/",
      "http://a/b",
      "",
    ]
  ) {
    assertThrows(() => withAddress("from=\n", address), Error, "plain https");
  }
  for (const script of ["", "from=x\n", "from=\nfrom=\n"]) {
    assertThrows(() => withAddress(script, "https://a/b"), Error, "from=");
  }
});
