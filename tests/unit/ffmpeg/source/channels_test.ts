import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseDevice } from "../../../../src/audio/device.ts";
import { buildArgs } from "../../../../src/ffmpeg/command/command.ts";
import type { RunSpec } from "../../../../src/ffmpeg/command/run_spec.ts";
import { channelCount } from "../../../../src/ffmpeg/source/alsa.ts";
import {
  channelMap,
  defaultSource,
  indexInRequest,
} from "../../../../src/ffmpeg/source/pulse.ts";
import { chooseChannels } from "../../../../src/ffmpeg/source/source.ts";
import { EchologError } from "../../../../src/errors.ts";
import { RUN_SPEC } from "../../../support/run_spec.ts";

function line(change: Partial<RunSpec>): string {
  return buildArgs({ ...RUN_SPEC, ...change }).join(" ");
}

function deviceOf(spec: string) {
  const device = parseDevice(spec);
  assert(device !== null);
  return device;
}

async function choose(
  spec: string,
  channel: number | null,
  ...inputArgs: string[]
) {
  const settings = { channel, channels: 2, inputArgs };
  return await chooseChannels(deviceOf(spec), settings);
}

Deno.test("buildArgs: takes a single channel before the user's filters, with all channels requested", () => {
  const device = { kind: "format", format: "pulse", name: "mic" } as const;
  const words = line({
    device,
    channels: 1,
    inputChannels: 6,
    inputChannel: 4,
    outputArgs: ["-af", "volume=2"],
  });
  assertStringIncludes(words, "-fragment_size 11520 ");
  assertStringIncludes(words, "-channels 6 -i mic ");
  assertStringIncludes(
    words,
    "-af channelmap=map=4:channel_layout=mono,volume=2,aformat=",
  );
  assertStringIncludes(words, " -ac 1 ");
});

Deno.test("buildArgs: requests channels from JACK", () => {
  const device = { kind: "format", format: "jack", name: "echolog" } as const;
  assertStringIncludes(
    line({ device, inputChannels: 3 }),
    " -f jack -channels 3 -i echolog ",
  );
});

Deno.test("buildArgs: maps the chosen audio stream", () => {
  assertStringIncludes(line({}), " -map 0:a:0 ");
  assertStringIncludes(line({ stream: 2 }), " -map 0:a:2 ");
});

Deno.test("buildArgs: fetches only audio over RTSP, unless the user's arguments differ", () => {
  const only = "-allowed_media_types audio";
  for (const url of ["rtsp://cam/a", "rtsps://cam/a", "RTSP://cam/a"]) {
    const words = line({ device: { kind: "url", url } });
    assertStringIncludes(words, ` ${only} -i ${url} `);
  }
  const http = { kind: "url", url: "http://cam/rtsp://x" } as const;
  assert(!line({ device: http }).includes(only));
  const own = line({
    device: { kind: "url", url: "rtsp://cam/a" },
    inputArgs: ["-allowed_media_types", "audio+video"],
  });
  assertStringIncludes(own, " -allowed_media_types audio+video -i ");
  assert(!own.includes(`${only} `), own);
});

Deno.test("chooseChannels: requests the recording's channels when all are recorded", async () => {
  assertEquals(await choose("pulse:mic", null), {
    inputChannels: 2,
    inputChannel: null,
  });
});

Deno.test("chooseChannels: makes as many ports in JACK as the channel's number", async () => {
  assertEquals(await choose("jack:echolog", 3), {
    inputChannels: 3,
    inputChannel: 2,
  });
});

Deno.test("chooseChannels: takes the number of channels from the user's arguments", async () => {
  assertEquals(await choose("alsa:mic", 3, "-channels", "4"), {
    inputChannels: 4,
    inputChannel: 2,
  });
  try {
    await choose("alsa:mic", 5, "-channels", "4");
    throw new Error("It has no such channel");
  } catch (error) {
    assert(error instanceof EchologError);
    assertEquals([error.kind, error.message, error.hint], [
      "usage",
      "Cannot record channel 5 of alsa:mic: it has 4 channels",
      "set --channel 1 to 4",
    ]);
  }
});

Deno.test("chooseChannels: asks for the card where ALSA takes any number of channels", async () => {
  try {
    await choose("alsa:default", 1);
    throw new Error("Its channels cannot be counted");
  } catch (error) {
    assert(error instanceof EchologError);
    assertEquals(error.kind, "failed");
    assertStringIncludes(error.hint ?? "", "name the card, --device alsa:hw:");
  }
});

const SOURCES = [
  "Source #0",
  "\tState: IDLE",
  "\tName: loop.monitor",
  "\tSample Specification: s16le 2ch 48000Hz",
  "\tChannel Map: front-left,front-right",
  "",
  "Source #7",
  "\tName: card",
  "\tChannel Map: aux0,aux1,aux2,aux3",
];

Deno.test("channelMap: finds a source by its name or its number", () => {
  const stereo = ["front-left", "front-right"];
  assertEquals(channelMap(SOURCES, "loop.monitor"), stereo);
  assertEquals(channelMap(SOURCES, "0"), stereo);
  assertEquals(channelMap(SOURCES, "card")?.length, 4);
  assertEquals(channelMap(SOURCES, "loop"), null);
  assertEquals(channelMap(SOURCES, null), null);
});

Deno.test("defaultSource: reads the name of the default source", () => {
  const lines = ["Default Sink: loop", "Default Source: loop.monitor"];
  assertEquals(defaultSource(lines), "loop.monitor");
  assertEquals(defaultSource([]), null);
});

Deno.test("indexInRequest: places a channel in ffmpeg's order, unless the server would mix", () => {
  const surround = [
    ...["front-left", "front-right", "rear-left", "rear-right"],
    ...["front-center", "lfe"],
  ];
  assertEquals([1, 2, 3, 4, 5, 6].map((n) => indexInRequest(surround, n)), [
    ...[0, 1, 4, 5, 2, 3],
  ]);
  assertEquals(indexInRequest(["front-left", "front-right"], 2), 1);
  assertEquals(indexInRequest(["mono"], 1), 0);
  assertEquals(indexInRequest(["aux0", "aux1"], 2), null);
  const quad = ["front-left", "front-right", "rear-left", "rear-right"];
  assertEquals(indexInRequest(quad, 3), null);
});

Deno.test("channelCount: reads the largest number of channels from arecord", () => {
  assertEquals(channelCount(["RATE: 48000", "CHANNELS: 2"]), 2);
  assertEquals(channelCount(["CHANNELS: [1 8]"]), 8);
  assertEquals(channelCount(["CHANNELS: (1 2]"]), 2);
  assertEquals(channelCount(["arecord: main:831: audio open error"]), null);
});
