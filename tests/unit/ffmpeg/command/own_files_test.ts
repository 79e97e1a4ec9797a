import { assertEquals } from "@std/assert";
import { parseDevice } from "../../../../src/audio/device.ts";
import { withWholePaths } from "../../../../src/ffmpeg/command/own_files.ts";

const FILES = new Set(["a.wav", "sub/list.txt", "odd it's:1.wav", "tcp"]);

/** Finds the files of a folder that is called `/here`. */
function find(name: string): string | null {
  return FILES.has(name) ? `/here/${name}` : null;
}

function whole(spec: string, inputArgs: string[] = [], outputArgs = inputArgs) {
  const device = parseDevice(spec);
  if (device === null) throw new Error("It is a device");
  return withWholePaths({ device, inputArgs, outputArgs }, find);
}

function nameOf(spec: string): string {
  const { device } = whole(spec);
  return device.kind === "format" ? device.name : "";
}

Deno.test("withWholePaths: completes files in a device's name", () => {
  assertEquals(
    nameOf("lavfi:amovie=a.wav:loop=0"),
    "amovie=/here/a.wav:loop=0",
  );
  assertEquals(
    nameOf("lavfi:amovie=filename='a.wav',volume=2"),
    "amovie=filename=/here/a.wav,volume=2",
  );
  assertEquals(nameOf("lavfi:amovie=/there/a.wav"), "amovie=/there/a.wav");
  assertEquals(nameOf("lavfi:amovie=none.wav"), "amovie=none.wav");
  assertEquals(nameOf("concat:sub/list.txt"), "/here/sub/list.txt");
  assertEquals(nameOf("wav:file:a.wav"), "file:/here/a.wav");
});

Deno.test("withWholePaths: leaves names of devices and addresses alone", () => {
  // A file of that name must not become the device.
  for (const format of ["pulse", "alsa", "jack", "avfoundation", "dshow"]) {
    assertEquals(nameOf(`${format}:a.wav`), "a.wav", format);
  }
  const { device } = whole("http://a.wav/");
  assertEquals(device, { kind: "url", url: "http://a.wav/" });
});

Deno.test("withWholePaths: completes files in further arguments", () => {
  const args = ["-ca_file", "sub/list.txt", "-rtsp_transport", "tcp"];
  const { inputArgs } = whole("test", args);
  assertEquals(inputArgs, [
    ...["-ca_file", "/here/sub/list.txt", "-rtsp_transport", "tcp"],
  ]);
  const { outputArgs } = whole("test", ["-af", "volume=2,arnndn=m=a.wav"]);
  assertEquals(outputArgs[1], "volume=2,arnndn=m=/here/a.wav");
});
