import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  judgeHolder,
  judgeTrial,
  withCardName,
  withoutSource,
} from "../../../src/doctor/device_check.ts";
import { buildArgs } from "../../../src/ffmpeg/command/command.ts";
import { inputArgs } from "../../../src/ffmpeg/command/input.ts";
import { RUN_SPEC } from "../../support/run_spec.ts";
import { parseDevice } from "../../../src/audio/device.ts";
import {
  readTrial,
  type Trial,
  trialArgs,
} from "../../../src/ffmpeg/command/trial.ts";

const CLEAN = { code: 0, signal: null, stoppedBy: null };

function trial(change: Partial<Trial>): Trial {
  return {
    exit: CLEAN,
    timedOut: false,
    captured: 0.5,
    peak: -20.04,
    errors: [],
    keyLine: null,
    ...change,
  };
}

Deno.test("judgeTrial: accepts a device that gives sound", () => {
  const check = judgeTrial("pulse:mic", trial({}));
  assertEquals([check.state, check.text], [
    "ok",
    "pulse:mic: 500 ms captured, peak -20.0 dBFS",
  ]);
});

Deno.test("judgeHolder: accepts a device in use only while its session gets audio", () => {
  const holder = { sessionId: "night", log: "/r/night/session.log" };
  const well = judgeHolder("pulse:mic", { ...holder, trouble: null });
  assertEquals([well.state, well.next], [
    ...["ok", "check it with echolog status"],
  ]);
  const silent = judgeHolder("pulse:mic", { ...holder, trouble: "it slept" });
  assertEquals([silent.state, silent.next], [
    ...["warning", "run echolog explain night"],
  ]);
  assertStringIncludes(silent.text, "gets no audio from it now: it slept;");
});

Deno.test("judgeTrial: warns of digital silence", () => {
  const check = judgeTrial("pulse:mic", trial({ peak: -Infinity }));
  assertEquals([check.state, check.text], [
    "warning",
    "pulse:mic: 500 ms captured, all of it digital silence",
  ]);
});

Deno.test("judgeTrial: fails with the cause and ffmpeg's line when the device cannot be opened", () => {
  const line = "mic: No such process";
  for (const code of [0, 1]) {
    const exit = { ...CLEAN, code };
    const check = judgeTrial(
      "pulse:mic",
      trial({
        exit,
        captured: 0,
        peak: null,
        errors: [line],
        keyLine: line,
      }),
    );
    assertEquals([check.state, check.text], [
      "failed",
      "pulse:mic: no sound server answers, or the sound server has no source of that name: mic: No such process",
    ]);
    assertStringIncludes(check.next ?? "", "echolog devices");
  }
});

Deno.test("judgeTrial: fails with a stall when the device delivers no audio in time", () => {
  const exit = { code: null, signal: "SIGKILL", stoppedBy: "SIGKILL" as const };
  const check = judgeTrial(
    "rtsp://cam/",
    trial({ exit, timedOut: true, captured: 0, peak: null }),
  );
  assertEquals([check.state, check.text], [
    "failed",
    "rtsp://cam/: the device delivers no audio within 10 s",
  ]);
  assertStringIncludes(check.next ?? "", "check the source, its server");
});

Deno.test("trialArgs: uses the input and encoder arguments of a recording", () => {
  const device = parseDevice("pulse:mic");
  if (device === null) throw new Error("It is a device");
  const spec = {
    ...RUN_SPEC,
    device,
    sampleRate: 44_100,
    channels: 1,
    inputArgs: ["-name", "x"],
    outputArgs: ["-af", "volume=2", "-compression_level", "8"],
  };
  const recording = buildArgs(spec).join(" ");
  for (const isKept of [false, true]) {
    const args = trialArgs(spec, isKept).join(" ");
    for (
      const part of [
        inputArgs(spec).join(" "),
        "-map 0:a:0 -af volume=2,aformat=sample_rates=44100:sample_fmts=s16,asetpts=N/SR/TB",
        "-ar 44100 -ac 1 -c:a flac -sample_fmt s16 -frame_size 882 -compression_level 8 -f ",
      ]
    ) {
      assertStringIncludes(recording, part);
      assertStringIncludes(args, part);
    }
  }
});

Deno.test("trialArgs: writes into a folder with the muxer of a recording", () => {
  const recording = buildArgs(RUN_SPEC).join(" ");
  const args = trialArgs(RUN_SPEC, true).join(" ");
  const [, muxer = ""] = /(-segment_list pipe:1 .*)$/.exec(recording) ?? [];
  assertStringIncludes(muxer, "chunk_%05d.flac.part");
  assertStringIncludes(args, muxer);
});

Deno.test("readTrial: reads the captured time, the last peak and the first error", () => {
  const read = readTrial({
    exit: CLEAN,
    timedOut: false,
    stdout: [
      "lavfi.astats.Overall.Peak_level=-inf",
      "out_time_us=20000",
      "lavfi.astats.Overall.Peak_level=-12.5",
      "out_time_us=500000",
      "out_time_us=N/A",
    ],
    stderr: [
      "[warning] Guessed Channel Layout",
      "[alsa @ 0x5] [error] cannot open audio device hw:9 (No such device)",
      "[error] hw:9: Input/output error",
    ],
  });
  assertEquals([read.captured, read.peak], [0.5, -12.5]);
  assertEquals(
    read.keyLine,
    "cannot open audio device hw:9 (No such device)",
  );
  assertEquals(read.errors.length, 2);
});

Deno.test("withCardName: names a card that is given by its number, after other advice", () => {
  const device = parseDevice("alsa:hw:1,0");
  if (device === null) throw new Error("It is a device");
  const cards = " 1 [Device         ]: USB-Audio - USB Audio Device";
  const sound = judgeTrial("alsa:hw:1,0", trial({}));
  assertEquals(
    withCardName(sound, device, cards).next,
    "card numbers can change at boot: use --device alsa:hw:CARD=Device,DEV=0",
  );
  assertEquals(withCardName(sound, device, null), sound);
  assertEquals(withCardName(sound, { kind: "test" }, cards), sound);
  const silent = judgeTrial("alsa:hw:1,0", trial({ peak: -Infinity }));
  assertEquals(withCardName(silent, device, cards), silent);
});

Deno.test("withoutSource: tells a name that the sound server does not have from other failures", () => {
  const failure = judgeTrial("pulse:mik", trial({ captured: 0 }));
  assertEquals(failure.state, "failed");
  const sources = ["1\tmic\tmodule\ts16le 2ch 48000Hz\tIDLE", "2\tline"];
  const check = (spec: string, lines: readonly string[] | null) => {
    const device = parseDevice(spec);
    assert(device !== null);
    return withoutSource(failure, device, lines);
  };
  const { state, text, next } = check("pulse:mik", sources);
  assertEquals([state, text, next], [
    "failed",
    "pulse:mik: the sound server has no source of that name",
    "did you mean mic?",
  ]);
  assertEquals(
    check("pulse:other", []).next,
    "run echolog devices to list its sources",
  );
  for (const spec of ["pulse:line", "pulse:default", "pulse:1", "alsa:mik"]) {
    assertEquals(check(spec, sources), failure);
  }
  assertEquals(check("pulse:mik", null), failure);
});
