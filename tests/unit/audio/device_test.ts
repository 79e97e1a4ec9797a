import { assertEquals } from "@std/assert";
import {
  defaultDevice,
  parseDevice,
  transportOf,
} from "../../../src/audio/device.ts";

Deno.test("parseDevice: accepts a format with a name, a URL or test", () => {
  const format = (format: string, name: string) => ({
    kind: "format" as const,
    format,
    name,
  });
  assertEquals(parseDevice("test"), { kind: "test" });
  assertEquals(parseDevice("pulse:default"), format("pulse", "default"));
  assertEquals(parseDevice("alsa:hw:1,0"), format("alsa", "hw:1,0"));
  assertEquals(parseDevice("avfoundation::0"), format("avfoundation", ":0"));
  assertEquals(
    parseDevice("dshow:audio=Mic (2)"),
    format("dshow", "audio=Mic (2)"),
  );
  assertEquals(parseDevice("rtsp://u:p@host/x"), {
    kind: "url",
    url: "rtsp://u:p@host/x",
  });
});

Deno.test("parseDevice: returns null for an invalid device", () => {
  for (
    const spec of ["", "default", "pulse:", ":0", "://x", "http://", "a b:c"]
  ) {
    assertEquals(parseDevice(spec), null, spec);
  }
});

type Asked = Parameters<typeof defaultDevice>[0];

function machine(change: Partial<Asked>): Asked {
  return {
    os: "linux",
    env: () => undefined,
    exists: () => false,
    uid: 1000,
    ...change,
  };
}

Deno.test("defaultDevice: prefers a sound server to ALSA on Linux", () => {
  assertEquals(defaultDevice(machine({})), "alsa:default");
  assertEquals(
    defaultDevice(machine({
      exists: (path) => path === "/run/user/1000/pulse/native",
    })),
    "pulse:default",
  );
  assertEquals(
    defaultDevice(machine({
      env: (name) => name === "XDG_RUNTIME_DIR" ? "/rt" : undefined,
      exists: (path) => path === "/rt/pulse/native",
    })),
    "pulse:default",
  );
  assertEquals(
    defaultDevice(machine({
      env: (name) => name === "PULSE_SERVER" ? "tcp:host" : undefined,
    })),
    "pulse:default",
  );
});

Deno.test("defaultDevice: returns a named default on macOS and none on Windows", () => {
  assertEquals(
    defaultDevice(machine({ os: "darwin" })),
    "avfoundation::default",
  );
  assertEquals(defaultDevice(machine({ os: "windows" })), null);
});

Deno.test("transportOf: says how audio comes", () => {
  const of = (device: string, ...args: string[]) =>
    transportOf(parseDevice(device) ?? { kind: "test" }, args);
  assertEquals(of("pulse:default"), "local");
  assertEquals(of("http://host/x"), "reliable");
  assertEquals(of("hls:http://host/x"), "reliable");
  assertEquals(of("rtsp://host/x"), "lossy");
  assertEquals(of("rtsp://host/x", "-rtsp_transport", "tcp"), "reliable");
  // The file is local, what it describes is not.
  assertEquals(of("sdp:/path/to/session.sdp"), "lossy");
});
