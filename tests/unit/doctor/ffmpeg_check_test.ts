import { assert, assertEquals } from "@std/assert";
import { parseNames } from "../../../src/doctor/ffmpeg_check.ts";

Deno.test("parseNames: reads input devices from old and new lists and skips output devices", () => {
  const names = parseNames([
    "Devices:",
    " D. = Demuxing supported",
    " .E = Muxing supported",
    " --",
    " DE alsa            ALSA audio output",
    "  E caca            caca (color ASCII art) output device",
    " D  jack            JACK Audio Connection Kit",
    " D d dshow          DirectShow capture",
    " DE video4linux2,v4l2 Video4Linux2 output device",
  ]);
  assertEquals([...names], ["alsa", "jack", "dshow", "video4linux2", "v4l2"]);
});

Deno.test("parseNames: reads encoders", () => {
  const names = parseNames([
    "Encoders:",
    " V..... = Video",
    " A....D flac                 FLAC (Free Lossless Audio Codec)",
    " A..X.. opus                 Opus",
    " A..... libopus              libopus Opus (codec opus)",
  ]);
  assert(names.has("flac") && names.has("libopus") && !names.has("Video"));
});
