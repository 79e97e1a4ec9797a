import { assertEquals, assertMatch } from "@std/assert";
import { checkFfmpeg } from "../../../src/doctor/ffmpeg_check.ts";
import { FORMAT_NAMES } from "../../../src/audio/format.ts";
import { parseDevice } from "../../../src/audio/device.ts";
import { fakeFfmpeg } from "../../faults/support.ts";
import { tempFolder } from "../../support/temp.ts";

const SETTINGS = {
  ffmpegPath: null,
  format: "opus",
  bitDepth: "auto",
} as const;

Deno.test("checkFfmpeg: accepts the real ffmpeg for every format and the test device", async () => {
  for (const format of FORMAT_NAMES) {
    const path = await realFfmpeg();
    const device = parseDevice("test");
    const settings = { ...SETTINGS, format };
    const check = await checkFfmpeg({ path, settings, device });
    assertEquals(check.state, "ok", check.text);
    assertMatch(check.text, / at \/.*ffmpeg$/);
  }
});

Deno.test("checkFfmpeg: names the encoder and the input that ffmpeg lacks", async () => {
  const path = await realFfmpeg();
  const device = parseDevice("dshow:audio=Microphone");
  const missing = await checkFfmpeg({ path, settings: SETTINGS, device });
  assertEquals(missing.state, "failed");
  assertMatch(missing.text, / lacks the input dshow$/);

  using home = tempFolder();
  const poor = await fakeFfmpeg(
    home.path,
    `"$FFMPEG" "$@" | grep -v libopus`,
  );
  const check = await checkFfmpeg({ path: poor, settings: SETTINGS, device });
  assertMatch(check.text, / lacks the encoder libopus and the input dshow$/);
  assertEquals(
    check.next,
    "name another ffmpeg with --ffmpeg, or choose another --format",
  );
});

Deno.test("checkFfmpeg: fails with install advice when ffmpeg is missing, broken or another program", async () => {
  const device = parseDevice("test");
  const none = await checkFfmpeg({ path: null, settings: SETTINGS, device });
  assertMatch(none.text, /^not found: it is neither on PATH/);
  const named = { ...SETTINGS, ffmpegPath: "/x/ffmpeg" };
  const absent = await checkFfmpeg({ path: null, settings: named, device });
  assertEquals(absent.text, "not found: /x/ffmpeg is not an executable file");

  using home = tempFolder();
  const broken = `${home.path}/ffmpeg`;
  Deno.writeTextFileSync(broken, "#!/no/such/shell\n", { mode: 0o755 });
  const path = broken;
  const unusable = await checkFfmpeg({ path, settings: SETTINGS, device });
  assertMatch(unusable.text, /^cannot run \/.*\/ffmpeg: /);
  Deno.writeTextFileSync(broken, "#!/bin/sh\necho hello\n");
  const other = await checkFfmpeg({ path, settings: SETTINGS, device });
  assertMatch(other.text, /does not report its version$/);
  for (const check of [none, absent, unusable, other]) {
    assertEquals(check.state, "failed");
    assertMatch(check.next ?? "", /^install it/);
  }
});

async function realFfmpeg(): Promise<string> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", "command -v ffmpeg"],
  }).output();
  return new TextDecoder().decode(stdout).trim();
}
