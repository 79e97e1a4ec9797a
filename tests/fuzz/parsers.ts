/**
 * The readers of what other programs print, and real output of those.
 *
 * @module
 */

import {
  parseAvfoundation,
  parseDshow,
  parseSources,
} from "../../src/ffmpeg/devices/parse.ts";
import { cardNames } from "../../src/ffmpeg/devices/cards.ts";
import {
  parseSourceNames,
  parseSourceOutputs,
} from "../../src/ffmpeg/pulse/outputs.ts";
import { channelCount } from "../../src/ffmpeg/source/alsa.ts";
import { channelMap, defaultSource } from "../../src/ffmpeg/source/pulse.ts";
import { parseReport } from "../../src/ffmpeg/stdout.ts";
import { parseStderrLine, signalIn } from "../../src/ffmpeg/stderr.ts";
import { messageIn } from "../../src/ffmpeg/known_errors.ts";
import { decodeEvent } from "../../src/log/format/event_fields.ts";
import { decodeLine } from "../../src/log/format/line.ts";
import { createRedactor, secretsOf } from "../../src/redact/redact.ts";

const redact = createRedactor();

/** Reads lines; throws only when it is broken. */
export const PARSERS: readonly ((lines: readonly string[]) => unknown)[] = [
  (lines) => lines.map(parseReport),
  (lines) => lines.map(parseStderrLine),
  (lines) => lines.map(signalIn),
  (lines) => lines.map((line) => messageIn(line, null)),
  (lines) =>
    lines.map((line) => decodeLine(line)).map((line) =>
      line === null ? null : decodeEvent(line)
    ),
  (lines) => lines.map(redact),
  (lines) =>
    lines.map((line) =>
      createRedactor({ redactDevice: line, secrets: secretsOf(line) })(line)
    ),
  (stderr) => parseAvfoundation({ stdout: [], stderr }),
  (stderr) => parseDshow({ stdout: [], stderr }),
  (lines) => parseSources("pulse", lines),
  (lines) => cardNames(lines.join("\n")),
  parseSourceOutputs,
  parseSourceNames,
  channelCount,
  defaultSource,
  (lines) => channelMap(lines, "x"),
];

/** What ffmpeg and pactl print. */
export const OUTPUTS: readonly string[] = [
  "chunk_00001.flac,0.000000,2.000000\nchunk_00002.flac,2.000000,4.000000\nframe:49   pts:48000   pts_time:1\nlavfi.astats.Overall.Peak_level=-18.061800\nframe:99   pts:-96000   pts_time:-2\nlavfi.astats.Overall.Peak_level=-inf",
  "[error] [rtsp @ 0x55d0c8a3f2c0] method DESCRIBE failed: 401 Unauthorized\n[info] Input #0, rtsp, from 'rtsp://bob:pw@cam/1':\n[info]   Stream #0:0: Audio: pcm_s16le, 48000 Hz, stereo, s16, 1536 kb/s\n[fatal] rtmp://h/live2/KEY: Connection refused\n[warning] Setting 'passphrase' to value 'x'\n[verbose] Exiting normally, received signal 2.",
  "Auto-detected sources for pulse:\n* alsa_input.usb-Mic-00.mono [Ann's Mic] (audio)\n  alsa_output.pci-0000.monitor [Monitor of Built-in] (none)",
  "[AVFoundation indev @ 0x7f] AVFoundation audio devices:\n[AVFoundation indev @ 0x7f] [0] Built-in Microphone",
  '[dshow @ 000001] DirectShow audio devices\n[dshow @ 000001]  "Microphone (USB)"\n[dshow @ 000001]     Alternative name "@device_cm_{33D9A762}\\wave_{A1}"',
  " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH at 0xf7 irq 30\n 1 [Device         ]: USB-Audio - USB Audio",
  'Source Output #12\n\tDriver: protocol-native.c\n\tSource: 3\n\tSample Specification: s16le 2ch 48000Hz\n\tProperties:\n\t\techolog.tag = "a-b"\n\t\tmedia.name = "record"',
  "3\talsa_input.usb-Mic-00.mono\tmodule-alsa-card.c\ts16le 1ch 48000Hz\tRUNNING\nDefault Source: alsa_input.usb-Mic-00.mono\n\tName: x\n\tChannel Map: front-left,front-right",
  "rtsp://bob:pw@cam:554/token/abc/x?token=1&a=2\nsrt://h:1?streamid=#!::u=a,s=b\nAuthorization: Basic abc\n-password 'x y' -i z\nlavfi:amovie='/a b/c.flac'\nalsa:hw:CARD=Ann,DEV=0",
];
