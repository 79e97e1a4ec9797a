import { assertEquals } from "@std/assert";
import {
  describeMissingServer,
  missingServer,
  type SoundHost,
} from "../../../src/audio/sound_server.ts";

/** A machine of user 1000 with these variables, paths and their owners. */
function machine(
  env: Record<string, string>,
  paths: Record<string, number> = {},
  os = "linux",
): SoundHost {
  return {
    os,
    env: (name) => env[name],
    uid: 1000,
    exists: (path) => path in paths,
    isExecutable: (path) => path in paths,
    ownerOf: (path) => paths[path] ?? null,
  };
}

const USUAL = { "/run/user/1000": 1000, "/run/user/1000/pulse/native": 1000 };
const SET = "set XDG_RUNTIME_DIR=/run/user/1000";
const LINGER =
  `${SET}, and run loginctl enable-linger once, which creates that folder`;

Deno.test("missingServer: returns null where a server is found or none is to be expected", () => {
  const runtime = { XDG_RUNTIME_DIR: "/run/user/1000" };
  assertEquals(missingServer(machine({}, USUAL)), null);
  assertEquals(missingServer(machine(runtime, USUAL)), null);
  assertEquals(missingServer(machine({})), null);
  assertEquals(
    missingServer(machine(runtime, { "/run/user/1000": 1000 })),
    null,
  );
  assertEquals(missingServer(machine({ PULSE_SERVER: "tcp:host" })), null);
  const socket = { PULSE_SERVER: "unix:/p" };
  assertEquals(missingServer(machine(socket, { "/p": 0 })), null);
  const away = { XDG_RUNTIME_DIR: "/away" };
  assertEquals(missingServer(machine(away, {}, "darwin")), null);
});

Deno.test("missingServer: names an XDG_RUNTIME_DIR that does not exist, with this user's own", () => {
  const env = { XDG_RUNTIME_DIR: "/run/user/1" };
  const why = "XDG_RUNTIME_DIR is /run/user/1, which does not exist";
  assertEquals(missingServer(machine(env, USUAL)), { why, fix: SET });
  assertEquals(missingServer(machine(env)), { why, fix: LINGER });
});

Deno.test("missingServer: names an XDG_RUNTIME_DIR of another user", () => {
  const env = { XDG_RUNTIME_DIR: "/run/user/1" };
  const paths = { "/run/user/1": 1, "/run/user/1/pulse/native": 1 };
  assertEquals(missingServer(machine(env, paths)), {
    why: "XDG_RUNTIME_DIR is /run/user/1, which belongs to another user (1)",
    fix: LINGER,
  });
});

Deno.test("missingServer: names an XDG_RUNTIME_DIR without a server where the usual one has it", () => {
  const env = { XDG_RUNTIME_DIR: "/tmp/rt" };
  assertEquals(missingServer(machine(env, { ...USUAL, "/tmp/rt": 1000 })), {
    why:
      "XDG_RUNTIME_DIR is /tmp/rt, without a sound server, but there is one at /run/user/1000/pulse/native",
    fix: SET,
  });
});

Deno.test("missingServer: names a socket of PULSE_SERVER that does not exist", () => {
  assertEquals(missingServer(machine({ PULSE_SERVER: "unix:/p" }, USUAL)), {
    why: "PULSE_SERVER is unix:/p, which does not exist",
    fix: "start that server, or unset PULSE_SERVER",
  });
});

Deno.test("missingServer: names a server that is installed but does not run", () => {
  const paths = { "/usr/bin/pulseaudio": 0 };
  assertEquals(
    missingServer(machine({}, paths))?.why,
    "/usr/bin/pulseaudio is installed, but does not run for this user",
  );
  assertEquals(missingServer(machine({}, { ...paths, ...USUAL })), null);
});

Deno.test("describeMissingServer: says what is recorded instead", () => {
  const missing = { why: "w", fix: "f" };
  assertEquals(
    describeMissingServer(missing, "alsa:default"),
    "No sound server was found: w; recording alsa:default, which may be another device; f",
  );
  assertEquals(
    describeMissingServer(missing, "pulse:default"),
    "No sound server was found: w; pulse:default may not be reachable; f",
  );
});
