import { assertEquals } from "@std/assert";
import { SEVERITIES } from "../../../src/events.ts";
import {
  levelOfSeverity,
  parseStderrLine,
  StderrReader,
} from "../../../src/ffmpeg/stderr.ts";

Deno.test("parseStderrLine: reads severity and context from the prefix", () => {
  assertEquals(
    parseStderrLine("[segment @ 0x55915dcd0d80] [warning] Non-monotonous DTS"),
    { severity: "warning", context: "segment", text: "Non-monotonous DTS" },
  );
  assertEquals(parseStderrLine("[error] loop: No such process"), {
    severity: "error",
    context: null,
    text: "loop: No such process",
  });
});

Deno.test("parseStderrLine: reads contexts of newer ffmpeg versions and of Windows", () => {
  assertEquals(
    parseStderrLine("[in#0/pulse @ 0x55] [error] Error opening input"),
    {
      severity: "error",
      context: "in#0/pulse",
      text: "Error opening input",
    },
  );
  assertEquals(
    parseStderrLine('[dshow @ 000001d2c8a6e1c0] [info] "Mic"'),
    { severity: "info", context: "dshow", text: '"Mic"' },
  );
});

Deno.test("parseStderrLine: uses the last of several contexts", () => {
  assertEquals(
    parseStderrLine("[rtsp @ 0x1] [udp @ 0x2] [fatal] bind failed"),
    { severity: "fatal", context: "udp", text: "bind failed" },
  );
});

Deno.test("parseStderrLine: keeps brackets in the text", () => {
  const line = "[info] Press [q] to stop, [?] for help";
  assertEquals(parseStderrLine(line).text, "Press [q] to stop, [?] for help");
  assertEquals(parseStderrLine("[error] [warning] x").severity, "error");
  assertEquals(parseStderrLine("[notice] x").severity, null);
});

Deno.test("StderrReader: gives a line without a prefix the severity of the line before", () => {
  const reader = new StderrReader(1);
  reader.read("[error] Something failed", 1);
  const next = reader.read("    Last message repeated 3 times", 2);
  assertEquals(next.severity, "error");
  assertEquals(next.line, "    Last message repeated 3 times");
});

Deno.test("StderrReader: raises only the description of input and output to INFO", () => {
  const reader = new StderrReader(2);
  const lines = [
    "[info] ffmpeg stats and -progress period set to 1.",
    "[info] Input #0, pulse, from 'loop.monitor':",
    "[info]   Duration: N/A, start: 1795374797.813924, bitrate: 1536 kb/s",
    "[info]   Stream #0:0: Audio: pcm_s16le, 48000 Hz, stereo, s16",
    "[info] Stream mapping:",
    "[info]   Stream #0:0 -> #0:0 (pcm_s16le (native) -> flac (native))",
    "[segment @ 0x55] [info] Opening 'pipe:1' for writing",
    "[info] Output #0, segment, to '/tmp/x/c_%05d.flac.part':",
    "[info]   Metadata:",
    "[info]     encoder         : Lavf59.27.100",
    "[info] size=N/A time=00:00:05.00",
  ];
  const levels = lines.map((line) => reader.read(line, 0).level ?? null);
  assertEquals(levels, [
    null,
    "INFO",
    "INFO",
    "INFO",
    null,
    null,
    null,
    "INFO",
    "INFO",
    "INFO",
    null,
  ]);
});

Deno.test("levelOfSeverity: maps every severity to its own level", () => {
  assertEquals(
    SEVERITIES.map((severity) => levelOfSeverity(severity, "own")),
    ["ERROR", "ERROR", "ERROR", "WARNING", "INFO", "DEBUG", "DEBUG", "DEBUG"],
  );
});

Deno.test("StderrReader: takes a guessed channel layout at INFO, and every other warning at WARNING", () => {
  const reader = new StderrReader(1);
  for (
    const line of [
      "[warning] Guessed Channel Layout for Input Stream #0.0 : stereo",
      "[aist#0:0/pcm_s16le @ 0x55d0] [warning] Guessed Channel Layout: mono",
    ]
  ) {
    const { severity, level } = reader.read(line, 0);
    assertEquals([severity, level], ["warning", "INFO"], line);
  }
  const other = reader.read("[pulse @ 0x5] [warning] Channel layout lost", 0);
  assertEquals(other.level ?? null, null);
});
