import { assertEquals } from "@std/assert";
import { createRedactor } from "../../../src/redact/redact.ts";

const redact = createRedactor();

Deno.test("redact: keeps the reason that follows a path", () => {
  for (
    const text of [
      "Cannot read /etc/passwd: it is not TOML",
      "Cannot create the folder /etc/passwd: a file is in its place",
      "/home/me/token: Permission denied",
      "/home/me/private-token: Permission denied",
      "Cannot open /rec/api_key: No such file or directory",
    ]
  ) assertEquals(redact(text), text);
});

Deno.test("redact: still masks values after a name", () => {
  for (
    const [text, masked] of [
      ["password: hunter2", "password: ***"],
      ["/live/token:abc", "/live/token:***"],
      ["see /x and token: abc", "see /x and token: ***"],
    ]
  ) assertEquals(redact(text ?? ""), masked);
});

Deno.test("createRedactor: leaves the program's own paths alone, and masks what is beside them", () => {
  const path = "/srv/key=mine";
  const redact = createRedactor({ ownPaths: [path, "/srv/x"] });
  assertEquals(
    redact(`file:${path}/s/chunk_1.flac`),
    `file:${path}/s/chunk_1.flac`,
  );
  assertEquals(
    redact(`${path}?token=abc ${path}`),
    `${path}?token=*** ${path}`,
  );
  assertEquals(redact("/other/key=theirs"), "/other/key=***");
});
