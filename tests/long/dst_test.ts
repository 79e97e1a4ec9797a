// A day of both changes of the clocks, at 300 times its speed by faketime:
// ffmpeg cuts one chunk at each hour of the local clock.

import { assertEquals } from "@std/assert";
import { buildArgs } from "../../src/ffmpeg/command/command.ts";
import { RUN_SPEC } from "../support/run_spec.ts";
import { Zone } from "../../src/times/zone.ts";
import { tempFolder } from "../support/temp.ts";

const SPEED = 300;
const ZONE = "Europe/Berlin";

/** Returns the local hour of each boundary between two times, as ffmpeg cuts them. */
async function hoursCut(local: string, seconds: number): Promise<string[]> {
  using folder = tempFolder();
  const args = buildArgs({
    ...RUN_SPEC,
    ...{ segmentDuration: 3_600, align: "local", sampleRate: 8_000 },
  });
  const begun = performance.now();
  const child = new Deno.Command("faketime", {
    args: ["-f", `@${local} x${SPEED}`, "ffmpeg", ...args],
    cwd: folder.path,
    env: { TZ: ZONE },
    ...{ stdin: "piped", stdout: "piped", stderr: "null" },
  }).spawn();
  const hour = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone: ZONE, hour: "2-digit", timeZoneName: "short" },
  });
  const zone = Zone.named(ZONE) ?? Zone.utc;
  const wall = Date.parse(`${local.replace(" ", "T")}Z`);
  const first = zone.timesOf(wall)[0] ?? wall;
  const hours: string[] = [];
  const lines = child.stdout.pipeThrough(new TextDecoderStream());
  for await (const text of lines) {
    const passed = (performance.now() - begun) / 1000 * SPEED;
    if (passed > seconds) break;
    // Frames are reported in between.
    if (!/^chunk_\d+\.flac/m.test(text)) continue;
    const time = new Date(first + passed * 1000);
    const minutes = Math.round(time.getTime() / 60_000) % 60;
    // A tenth of a second is thirty.
    if (Math.min(minutes, 60 - minutes) > 3) {
      throw new Error(`A boundary at ${time.toISOString()}`);
    }
    hours.push(hour.format(time.getTime() + 180_000));
  }
  // A signal would end faketime alone.
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("q"));
  await writer.close();
  await child.status;
  return hours;
}

const CHANGES = [
  { name: "spring", local: "2026-03-28 23:30:00" },
  { name: "autumn", local: "2026-10-24 23:30:00" },
];

Deno.test("record --align local: the days of both changes of the clocks have a chunk for each hour", async () => {
  // From half an hour before midnight: a day, and an hour of the next.
  const cut = await Promise.all(
    CHANGES.map(({ local }) => hoursCut(local, 25.5 * 3_600)),
  );
  for (const [index, { name }] of CHANGES.entries()) {
    const hours = cut[index] ?? [];
    console.log(`${name}: ${hours.join(", ")}`);
    assertEquals(hours.length, 25);
    // 02:00 is missing in spring, and there is twice in autumn.
    assertEquals(new Set(hours.slice(0, 24)).size, 24);
  }
});
