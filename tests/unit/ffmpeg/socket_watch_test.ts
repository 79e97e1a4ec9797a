import { assertEquals } from "@std/assert";
import { parseDevice } from "../../../src/audio/device.ts";
import { pulseSocket, SocketWatch } from "../../../src/ffmpeg/socket_watch.ts";
import { FakeClock } from "../../fakes/clock.ts";
import { tempFolder } from "../../support/temp.ts";

/** A watch on a path, and how often it has called. */
class Watched implements Disposable {
  readonly folder = tempFolder();
  readonly clock = new FakeClock();
  readonly path = `${this.folder.path}/native`;
  readonly watch = new SocketWatch(this.path, this.clock);
  calls = 0;

  /** Something new with the name; two files exist at once, so they are not one. */
  start(): void {
    Deno.writeTextFileSync(`${this.path}.new`, "");
    Deno.renameSync(`${this.path}.new`, this.path);
  }

  listen(): Disposable {
    return this.watch.onReturn(() => void this.calls++);
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }
}

Deno.test("SocketWatch: reports nothing while the server stays", () => {
  using watched = new Watched();
  watched.start();
  watched.watch.mark();
  using _listening = watched.listen();
  watched.clock.advance(60_000);
  assertEquals(watched.calls, 0);
});

Deno.test("SocketWatch: reports a restarted server once, after a short delay", () => {
  for (const wasThere of [true, false]) {
    using watched = new Watched();
    if (wasThere) watched.start();
    watched.watch.mark();
    using _listening = watched.listen();
    watched.clock.advance(5_000);
    watched.start();
    watched.clock.advance(250);
    assertEquals(watched.calls, 0);
    watched.clock.advance(250);
    assertEquals(watched.calls, 1);
    watched.clock.advance(60_000);
    assertEquals(watched.calls, 1);
  }
});

Deno.test("SocketWatch: reports a server that returned before the wait started", () => {
  using watched = new Watched();
  watched.watch.mark();
  watched.start();
  using _listening = watched.listen();
  watched.clock.advance(250);
  assertEquals(watched.calls, 1);
});

Deno.test("SocketWatch: reports nothing when the server is gone or the listener disposed", () => {
  using watched = new Watched();
  watched.start();
  watched.watch.mark();
  {
    using _listening = watched.listen();
    Deno.removeSync(watched.path);
    watched.clock.advance(5_000);
  }
  watched.start();
  watched.clock.advance(5_000);
  assertEquals([watched.calls, watched.clock.waiting], [0, 0]);
});

Deno.test("SocketWatch: reports a repeatedly restarted server every ten seconds", () => {
  using watched = new Watched();
  for (let second = 0; second < 60; second++) {
    watched.watch.mark();
    using _listening = watched.listen();
    watched.start();
    watched.clock.advance(1_000);
  }
  assertEquals(watched.calls, 6);
});

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
