/**
 * An RTSP camera: GStreamer's server with numbered samples in L16.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { runProgram } from "../../../tests/support/program.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { accepts, freePort, NotRun, Processes } from "./processes.ts";
import { ffmpegReader, type Opening, type Stack } from "./stack.ts";

const SERVER = fromFileUrl(new URL("rtsp_server.py", import.meta.url));
/** Debian's own Python has GStreamer's packages, another one may be first. */
export const PYTHON = "/usr/bin/python3";

/** Opens a server; it drops `loss` of all packets, as a share. */
export async function openRtsp(
  { signal, epoch }: Opening,
  transport: "tcp" | "udp",
  loss = 0,
): Promise<Stack> {
  await findServer();
  const port = freePort();
  const programs = new Processes();
  programs.feed(signal, epoch, PYTHON, [SERVER, String(port), String(loss)]);
  try {
    await waitFor("the RTSP server", () => accepts(port));
  } catch (error) {
    await programs[Symbol.asyncDispose]();
    throw error;
  }
  const url = `rtsp://127.0.0.1:${port}/numbers`;
  const inputArgs = ["-rtsp_transport", transport];
  return {
    device: url,
    env: {},
    inputArgs,
    // Whatever the recording loses, the reader has all packets that were sent.
    reader: ffmpegReader(signal, "-rtsp_transport", "tcp", "-i", url),
    [Symbol.asyncDispose]: () => programs[Symbol.asyncDispose](),
  };
}

/** Throws `NotRun` where GStreamer has no RTSP server. */
export async function findServer(): Promise<void> {
  const text = 'import gi; gi.require_version("GstRtspServer", "1.0")';
  const { code } = await runProgram(PYTHON, ["-c", text]).catch(() => ({
    code: 1,
  }));
  if (code !== 0) {
    throw new NotRun("needs python3-gi and gir1.2-gst-rtsp-server-1.0");
  }
}
