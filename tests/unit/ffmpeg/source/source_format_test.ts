import { assertEquals } from "@std/assert";
import { SourceFormat } from "../../../../src/ffmpeg/source/source_format.ts";

/** The formats of the first two audio streams in a description. */
function formats(lines: readonly string[]): (string | null)[] {
  const format = new SourceFormat();
  for (const line of lines) format.read(line);
  return [format.of(0), format.of(1)];
}

Deno.test("SourceFormat: reads codec, rate and channels of the input's audio", () => {
  const lines = [
    "Input #0, rtsp, from 'rtsp://camera/':",
    "  Duration: N/A, start: 0.000000, bitrate: N/A",
    "  Stream #0:0: Video: h264 (High), yuv420p(progressive), 160x120, 10 fps",
    "  Stream #0:1: Audio: pcm_alaw, 8000 Hz, mono, s16, 64 kb/s",
    "  Stream #0:2[0x101](eng): Audio: aac (LC) ([15][0][0][0] / 0x000F), 48000 Hz, 5.1(side), fltp",
    "Stream mapping:",
    "  Stream #0:1 -> #0:0 (pcm_alaw (native) -> flac (native))",
    "Output #0, segment, to 'chunk_%05d.flac.part':",
    "  Stream #0:0: Audio: flac, 48000 Hz, stereo, s16, 128 kb/s",
  ];
  assertEquals(formats(lines), [
    "pcm_alaw, 8000 Hz, mono",
    "aac, 48000 Hz, 5.1(side)",
  ]);
});

Deno.test("SourceFormat: knows nothing before the input is opened", () => {
  assertEquals(formats(["Press [q] to stop"]), [null, null]);
});
