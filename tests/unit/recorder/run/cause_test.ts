import { assertEquals } from "@std/assert";
import type { GapCause } from "../../../../src/events.ts";
import {
  causeOf,
  describeEnd,
  type Ending,
} from "../../../../src/recorder/run/cause.ts";

function cause(change: {
  code?: number;
  signal?: string;
  hadAudio?: boolean;
  isKept?: boolean;
  errors?: string[];
  endedFor?: Ending["endedFor"];
  wasSignalled?: boolean;
}): GapCause {
  const { code = 1, signal = null, hadAudio = true, errors = [], endedFor } =
    change;
  return causeOf({
    exit: { code: signal === null ? code : null, signal, stoppedBy: null },
    endedFor: endedFor ?? null,
    hadAudio,
    isKept: change.isKept ?? true,
    wasSignalled: change.wasSignalled ?? false,
    errors,
  });
}

Deno.test("causeOf: returns ffmpeg_killed for a signal that ffmpeg caught", () => {
  assertEquals(cause({ code: 255, wasSignalled: true }), "ffmpeg_killed");
  assertEquals(cause({ code: 255 }), "ffmpeg_exited");
});

Deno.test("causeOf: prefers echolog's own reason to ffmpeg's exit", () => {
  assertEquals(cause({ endedFor: "stall", signal: "SIGKILL" }), "stall");
  assertEquals(cause({ endedFor: "folder_gone", code: 0 }), "folder_gone");
});

Deno.test("causeOf: distinguishes a device that vanished from one that was never there", () => {
  const errors = ["loop.monitor: Generic error in an external library"];
  assertEquals(cause({ code: 0, errors }), "device_gone");
  assertEquals(cause({ code: 0 }), "device_gone");
  const missing = ["hw:7: Input/output error"];
  assertEquals(cause({ hadAudio: false, errors: missing }), "device_missing");
});

Deno.test("causeOf: distinguishes a kill, a full disk, a busy device and a missing permission", () => {
  assertEquals(cause({ signal: "SIGKILL" }), "ffmpeg_killed");
  assertEquals(
    cause({
      errors: ["av_interleaved_write_frame(): No space left on device"],
    }),
    "disk_full",
  );
  const noFolder = "Failed to open segment 'file:/rec/chunk_00003.flac.part'";
  for (const error of ["Permission denied", "Read-only file system"]) {
    const errors = [noFolder, `av_interleaved_write_frame(): ${error}`];
    assertEquals(cause({ code: 0, errors }), "folder_unwritable");
  }
  assertEquals(
    cause({ errors: [noFolder, "Error: No space left on device"] }),
    "disk_full",
  );
  assertEquals(
    cause({ hadAudio: false, errors: ["hw:0: Device or resource busy"] }),
    "device_busy",
  );
  assertEquals(
    cause({ hadAudio: false, errors: ["hw:0: Permission denied"] }),
    "permission_denied",
  );
});

Deno.test("causeOf: distinguishes a full USB bus from a full disk", () => {
  const errors = ["cannot open audio device hw:1 (No space left on device)"];
  assertEquals(cause({ hadAudio: false, errors }), "device_busy");
  errors.push("chunk_00001.flac.part: No space left on device");
  assertEquals(cause({ errors: errors.slice(1) }), "disk_full");
});

Deno.test("causeOf: returns settings_refused for an unknown input format", () => {
  const errors = ["Unknown input format: 'tset'"];
  assertEquals(cause({ hadAudio: false, errors }), "settings_refused");
});

Deno.test("causeOf: returns ffmpeg_exited when there is no message", () => {
  assertEquals(cause({}), "ffmpeg_exited");
  assertEquals(cause({ hadAudio: false }), "ffmpeg_exited");
});

Deno.test("describeEnd: quotes the most informative line or else the last one", () => {
  const named = (...errors: string[]) =>
    describeEnd({
      exit: { code: 1, signal: null, stoppedBy: null },
      endedFor: null,
      hadAudio: false,
      isKept: false,
      wasSignalled: false,
      errors,
    });
  const missing = "cannot open audio device hw:9 (No such file or directory)";
  assertEquals(
    named(missing, "hw:9: Input/output error"),
    `ffmpeg exited unexpectedly with exit code 1: ${missing}`,
  );
  assertEquals(
    named("first", "second"),
    "ffmpeg exited unexpectedly with exit code 1: second",
  );
});

Deno.test("causeOf: returns ffmpeg_unusable when a shell cannot run the program, unless it gave audio", () => {
  for (const code of [126, 127]) {
    assertEquals(cause({ code, hadAudio: false }), "ffmpeg_unusable");
    assertEquals(cause({ code, hadAudio: true }), "ffmpeg_exited");
  }
});

Deno.test("causeOf: names audio that was captured and never written", () => {
  const errors = ["Could not write header for output file #0"];
  assertEquals(cause({ isKept: false, errors }), "not_written");
  assertEquals(
    cause({ isKept: false, hadAudio: false, errors }),
    "device_missing",
  );
});

Deno.test("causeOf: names a stream that its server ended", () => {
  const ending: Ending = {
    exit: { code: 0, signal: null, stoppedBy: null },
    endedFor: null,
    hadAudio: true,
    isKept: true,
    wasSignalled: false,
    errors: ["Stream ends prematurely at 960044, should be 15360044"],
  };
  assertEquals(causeOf(ending, true), "source_ended");
  assertEquals(causeOf(ending), "device_gone");
  assertEquals(causeOf({ ...ending, hadAudio: false }, true), "device_missing");
});

Deno.test("describeEnd: says that the named source disappeared", () => {
  assertEquals(
    describeEnd({
      exit: { code: 0, signal: null, stoppedBy: "q" },
      endedFor: "source_moved",
      hadAudio: true,
      isKept: true,
      wasSignalled: false,
      errors: [],
    }),
    "The named source disappeared",
  );
});

Deno.test("causeOf: returns format_changed when ffmpeg 9 refuses the new format of a stream", () => {
  for (const what of ["Channel", "Sample rate"]) {
    const errors = [
      `${what} change is not supported`,
      "Packet processing failed: Not yet implemented in FFmpeg, patches welcome",
    ];
    assertEquals(cause({ code: 0, errors }), "format_changed");
  }
});
