import { assertEquals } from "@std/assert";
import {
  parseSourceNames,
  parseSourceOutputs,
  sourceOf,
} from "../../../../src/ffmpeg/pulse/outputs.ts";

/** What PulseAudio 16 and PipeWire 0.3.65 print, shortened. */
const LISTED = `Source Output #0
	Driver: protocol-native.c
	Owner Module: 0
	Client: 0
	Source: 3
	Sample Specification: s16le 2ch 48000Hz
	Format: pcm, format.sample_format = "\\"s16le\\""  format.rate = "48000"
	Source Latency: 0 usec
	Properties:
		media.name = "a "quoted" name
		Source: 9"
		application.process.id = "20156"

Source Output #60
	Driver: PipeWire
	Source: 45
	Properties:
		echolog.session = "x-1"
		application.process.id = "17"

Source Output #61
	Driver: PipeWire
	Source: 52
	Properties:
		echolog.session = "x-1"
		application.process.id = "17"

Source Output #62
	Driver: PipeWire
	Source: n/a
	Properties:
		application.process.id = "20156"
`.split("\n");

Deno.test("parseSourceOutputs: returns the source and the properties of each stream", () => {
  const outputs = parseSourceOutputs(LISTED);
  assertEquals(outputs.map(({ source }) => source), [3, 45, 52]);
  assertEquals(
    outputs[0]?.properties.get("application.process.id"),
    "20156",
  );
  assertEquals(parseSourceOutputs([]), []);
  assertEquals(parseSourceOutputs(["Connection refused"]), []);
});

Deno.test("sourceOf: finds a stream by its tag, else by its process, the newest first", () => {
  const outputs = parseSourceOutputs(LISTED);
  assertEquals(sourceOf(outputs, "x-1", 20156), 52);
  assertEquals(sourceOf(outputs, "other", 20156), 3);
  assertEquals(sourceOf(outputs, "other", 1), null);
});

Deno.test("parseSourceNames: returns names by number", () => {
  const lines = [
    "0\tloop.monitor\tmodule-null-sink.c\ts16le 2ch 48000Hz\tRUNNING",
    "12\talsa_input.usb-x.analog\tPipeWire\tfloat32le 2ch 48000Hz\tIDLE",
    "",
  ];
  assertEquals([...parseSourceNames(lines)], [
    [0, "loop.monitor"],
    [12, "alsa_input.usb-x.analog"],
  ]);
});
