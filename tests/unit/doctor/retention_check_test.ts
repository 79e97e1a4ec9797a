import { assertEquals, assertMatch } from "@std/assert";
import { checkRetention } from "../../../src/doctor/retention_check.ts";
import { loadSettings } from "../../../src/config/load.ts";
import type { Settings } from "../../../src/config/settings.ts";

const { settings: DEFAULTS } = loadSettings({ flags: new Map() }, {
  ...{ os: "linux", home: "/home/ann", cwd: "/" } as const,
  env: () => undefined,
  readFile(path) {
    throw new Deno.errors.NotFound(path);
  },
});

const DAY = 86_400;
const GB = 1_000_000_000;

/** What the check says of rules; the free space is 100 GB unless given. */
function said(
  change: Partial<Settings>,
  free: number | null = 100 * GB,
): string {
  const check = checkRetention({ ...DEFAULTS, ...change }, free);
  return check === null ? "" : `${check.state}: ${check.text}`;
}

Deno.test("checkRetention: says what is kept, and nothing without a rule", () => {
  assertEquals(said({}), "");
  assertEquals(said({ minAge: 0, keepLogs: 0 }), "");
  assertEquals(
    said({ maxAge: 7 * DAY, maxBytes: 50 * GB, keepFreeBytes: 10 * GB }),
    "ok: audio is kept: the last 1w, and at most 50 GB, and what leaves 10 GB free",
  );
});

for (
  const [what, change, message] of [
    [
      "an age below some chunks",
      { maxAge: 600, minAge: 0 },
      /^warning: retention\.max_age = "10m" is less than 3 chunks of 5m$/,
    ],
    [
      "max_age below min_age with another rule",
      { maxAge: 3_600, maxBytes: 50 * GB },
      /^warning: retention\.max_age = "1h" deletes audio that retention\.min_age = "1d" protects/,
    ],
    [
      "a size that min_age does not let hold",
      { maxBytes: GB },
      /^warning: retention\.max_bytes = 1000000000 may not hold: 1d of this recording need up to/,
    ],
    [
      "less free space than the warning asks for",
      { keepFreeBytes: 1_000_000 },
      /^warning: retention\.min_free_bytes = 1000000 is not more than disk\.min_free_bytes = 209715200/,
    ],
    [
      "more than the disk holds",
      { maxAge: 90 * DAY },
      /^warning: 90d of this recording need up to .*, and 100 GB are free: the disk may be full/,
    ],
  ] as const
) {
  Deno.test(`checkRetention: warns of ${what}`, () => {
    assertMatch(said(change), message);
  });
}

Deno.test("checkRetention: expects no room where another rule makes it", () => {
  const rules = { maxAge: 90 * DAY, keepFreeBytes: 10 * GB };
  assertMatch(said(rules), /^ok/);
  assertMatch(said({ maxAge: 90 * DAY, maxBytes: 60 * GB }), /^ok/);
  assertMatch(said({ maxAge: 90 * DAY }, null), /^ok/);
});
