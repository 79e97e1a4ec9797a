import { assertEquals, assertThrows } from "@std/assert";
import { loadSettings } from "../../../src/config/load.ts";
import type { ConfigHost } from "../../../src/config/paths.ts";
import { checkConfig } from "../../../src/doctor/config_check.ts";
import { EchologError } from "../../../src/errors.ts";

function check(file: string | null, flags: Record<string, string> = {}) {
  const machine: ConfigHost = {
    env: () => undefined,
    home: "/home/ann",
    cwd: "/",
    os: "linux",
    readFile(path) {
      if (file === null) throw new Deno.errors.NotFound(path);
      return new TextEncoder().encode(file);
    },
  };
  const none = (path: string) => {
    throw new Deno.errors.NotFound(path);
  };
  const given = { flags: new Map(Object.entries(flags)) };
  return checkConfig({
    load: () => loadSettings(given, machine),
    loadFlagsAlone: () => loadSettings(given, { ...machine, readFile: none }),
    places: ["/a/echolog.conf", "/etc/echolog.conf"],
  });
}

Deno.test("checkConfig: reports the file in use and how many settings it sets", () => {
  const { loaded, check: { state, text } } = check(
    "[recording]\nchannels = 1\nformat = 'wav'\n",
    { format: "opus" },
  );
  assertEquals([state, text], [
    "ok",
    "/home/ann/.config/echolog/echolog.conf with 1 setting",
  ]);
  assertEquals(loaded.settings.channels, 1);
});

Deno.test("checkConfig: reports the places it searched when there is no file", () => {
  assertEquals(
    check(null).check.text,
    "no file, so the defaults apply (looked for /a/echolog.conf and /etc/echolog.conf)",
  );
});

Deno.test("checkConfig: fails for an invalid file and continues with flags and defaults", () => {
  const { loaded, check: { state, text, next } } = check(
    "[recording]\nchanels = 1\n",
    { device: "test" },
  );
  assertEquals([state, text], [
    "failed",
    "Unknown key recording.chanels in /home/ann/.config/echolog/echolog.conf; did you mean recording.channels?",
  ]);
  assertEquals(next, "fix the configuration, or name another with --config");
  assertEquals(loaded.settings.device, "test");
  assertEquals(loaded.settings.channels, 2);
});

Deno.test("checkConfig: throws a usage error for an invalid flag", () => {
  const error = assertThrows(
    () => check(null, { channels: "0" }),
    EchologError,
    "--channels 0",
  );
  assertEquals(error.exitCode, 2);
});
