import { assertEquals } from "@std/assert";
import { parseDevice } from "../../../src/audio/device.ts";
import { pulseSocket } from "../../../src/ffmpeg/pulse_socket.ts";

function socketOf(
  spec: string,
  variables: Readonly<Record<string, string>>,
): string | null {
  const device = parseDevice(spec);
  return device &&
    pulseSocket(device, { env: (name) => variables[name], uid: 1000 });
}

Deno.test("pulseSocket: returns the user's socket or the one named by PULSE_SERVER", () => {
  const place = "/run/user/7";
  for (
    const [variables, path] of [
      [{}, "/run/user/1000/pulse/native"],
      [{ XDG_RUNTIME_DIR: place }, `${place}/pulse/native`],
      [{ PULSE_SERVER: "unix:/tmp/p" }, "/tmp/p"],
      [{ PULSE_SERVER: "/tmp/p" }, "/tmp/p"],
      [{ PULSE_SERVER: "{machine}unix:/tmp/p tcp:x" }, "/tmp/p"],
      [{ PULSE_SERVER: "", XDG_RUNTIME_DIR: place }, `${place}/pulse/native`],
      [{ PULSE_SERVER: "tcp:studio:4713" }, null],
      [{ PULSE_SERVER: "studio" }, null],
    ] as const
  ) {
    assertEquals(socketOf("pulse:default", variables), path);
  }
});

Deno.test("pulseSocket: returns null for other devices", () => {
  for (const spec of ["test", "alsa:default", "rtsp://cam/x"]) {
    assertEquals(socketOf(spec, {}), null);
  }
});
