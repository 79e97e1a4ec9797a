import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { runCommand } from "../../../src/notify/command.ts";
import { messageFor, variablesOf } from "../../../src/notify/message.ts";
import type { Notice } from "../../../src/notify/notice.ts";
import { commandRedactor } from "../../../src/notify/secrets.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { createRedactor, secretsOf } from "../../../src/redact/redact.ts";
import { TimeFormat } from "../../../src/times/shown.ts";
import { event, START } from "../../support/events.ts";
import { SECRET_FORMS } from "../../support/stream_secrets.ts";
import { tempFolder } from "../../support/temp.ts";

/** Returns what a mask covers, where the two texts show it. */
function covered(text: string, masked: string): string[] {
  const found: string[] = [];
  let rest = text;
  const [first = "", ...parts] = masked.split("***");
  if (!rest.startsWith(first)) return [];
  rest = rest.slice(first.length);
  for (const part of parts) {
    const end = part === "" ? rest.length : rest.indexOf(part);
    if (end < 0) return [];
    found.push(rest.slice(0, end));
    rest = rest.slice(end + part.length);
  }
  return found;
}

const NOTICES: readonly Notice[] = [
  { event: "started", time: START },
  {
    ...{ event: "outage", time: START, since: START, duration: 30 },
    ...{ cause: "device_gone", said: [] },
  },
  {
    event: "ended",
    time: START,
    stop: event("session_stop", { gaps: 1, gap_total: 4 }),
    gaps: [event("gap")],
  },
];

Deno.test("notify.command: gets every form of a stream's secret masked", async () => {
  using folder = tempFolder();
  const out = join(folder.path, "out");
  let checked = 0;
  for (const [index, [device, masked]] of SECRET_FORMS.entries()) {
    const redact = createRedactor({ secrets: secretsOf(device) });
    for (const notice of NOTICES.filter((_, at) => at === index % 3)) {
      const place = {
        ...{ sessionId: "night", device, machine: "studio" },
        ...{ folder: "/rec/night", log: "/rec/night/session.log" },
      };
      const message = messageFor(notice, place, TimeFormat.utc, redact);
      assert(message.device?.includes("***"), message.device ?? "");
      const why = await runCommand({
        command: ["sh", "-c", `{ cat; env | grep ^ECHOLOG_; } >'${out}'`],
        stdin: JSON.stringify(message),
        variables: variablesOf(message),
      }, {
        clock: systemClock,
        timeout: 20,
        signal: new AbortController().signal,
      });
      assertEquals(why, null);
      const text = Deno.readTextFileSync(out);
      assert(text.includes("ECHOLOG_TITLE=echolog on studio: "));
      for (const secret of covered(device, masked)) {
        // Shorter ones, and names, may be in words, too.
        if (!/[a-z].*\d/i.test(secret) || secret.length < 3) continue;
        assertEquals(text.includes(secret), false, `${secret} of ${device}`);
        checked++;
      }
    }
  }
  assert(checked > 50, String(checked));
});

Deno.test("commandRedactor: masks arguments, the parts of an address, and no ordinary word", () => {
  const mask = commandRedactor([
    ...["/usr/bin/curl", "-H", "X-Key: Aa1Bb2Cc3", "--user", "ann:pw12345"],
    "https://hooks.example.org/services/T0001/B0002/xyzzyPLUGH42",
  ]);
  const said = [
    "curl: (22) The requested URL returned error: 404",
    "Could not resolve host: hooks.example.org",
    "xyzzyPLUGH42 is unknown",
    "401 for ann:pw12345, header X-Key: Aa1Bb2Cc3",
  ].map(mask).join("\n");
  for (const secret of ["xyzzy", "pw12345", "Aa1Bb2Cc3", "B0002/"]) {
    assertEquals(said.includes(secret), false, said);
  }
  assert(said.includes("The requested URL returned error: 404"));
});
