/**
 * An Icecast server with a source and a fallback.
 *
 * @module
 */

import { join } from "@std/path";
import { tempFolder } from "../../../tests/support/temp.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import type { Signal } from "../analysis/signal.ts";
import { end, freePort, Processes, soundInput } from "./processes.ts";
import { ffmpegReader, type Opening, type Stack } from "./stack.ts";

/** What a mount sends. */
export type Codec = "mp3" | "opus" | "aac";

/** What happens to the listener. */
export type IcecastFault = "killed" | "fallback";

const ENCODERS: Readonly<Record<Codec, readonly string[]>> = {
  mp3: [
    "-c:a",
    "libmp3lame",
    "-b:a",
    "128k",
    "-content_type",
    "audio/mpeg",
    "-f",
    "mp3",
  ],
  opus: [
    ...["-c:a", "libopus", "-b:a", "96k", "-page_duration", "100000"],
    ...["-content_type", "application/ogg", "-f", "ogg"],
  ],
  aac: [
    "-c:a",
    "aac",
    "-b:a",
    "128k",
    "-content_type",
    "audio/aac",
    "-f",
    "adts",
  ],
};

/** Who runs Icecast in the place of root. */
const USER = "nobody";

/** The user agent of the reader, so that only the recorder is thrown out. */
const READER = "reader";

/** Opens a server with a mount `/show`. */
export async function openIcecast(
  { signal, epoch }: Opening,
  codec: Codec,
  fault?: IcecastFault,
): Promise<Stack> {
  const port = freePort();
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(tempFolder());
  const programs = opened.use(new Processes());
  const config = join(folder.path, "icecast.xml");
  Deno.writeTextFileSync(config, configuration(port, folder.path));
  if (Deno.uid() === 0) {
    // Icecast refuses to run as root: it changes to the user in its file.
    Deno.chmodSync(folder.path, 0o777);
  }
  programs.start("icecast2", ["-c", config]);
  const origin = `http://127.0.0.1:${port}`;
  await waitFor("Icecast", async () => await fetchText(`${origin}/status.xsl`));
  const feed = (mount: string, kind: Codec, sound: Signal) =>
    programs.feed(sound, epoch, "ffmpeg", [
      ...soundInput(sound),
      ...ENCODERS[kind],
      ...["-flush_packets", "1"],
      `icecast://source:source@127.0.0.1:${port}${mount}`,
    ]);
  const show = feed("/show", codec, signal);
  if (fault === "fallback") {
    feed("/other", codec === "mp3" ? "opus" : "mp3", signal);
  }
  await waitFor("the mount", async () => {
    const text = await fetchText(`${origin}/status-json.xsl`);
    return text?.includes("/show") ? true : null;
  });
  const url = `${origin}/show`;
  const running = opened.move();
  return {
    device: url,
    env: {},
    reader: ffmpegReader(signal, "-user_agent", READER, "-i", url),
    ...(fault === undefined ? {} : {
      fault: async () => {
        if (fault === "fallback") await end(show);
        else await killListeners(origin);
      },
    }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function fetchText(
  url: string,
  headers: Record<string, string> = {},
): Promise<string | null> {
  try {
    const response = await fetch(url, { headers });
    const text = await response.text();
    return response.ok ? text : null;
  } catch {
    // It does not listen yet.
    return null;
  }
}

/** Throws out all listeners but the reader. */
async function killListeners(origin: string): Promise<void> {
  const admin = { authorization: `Basic ${btoa("admin:admin")}` };
  const list = await fetchText(
    `${origin}/admin/listclients?mount=/show`,
    admin,
  ) ?? "";
  for (const [listener] of list.matchAll(/<listener\b.*?<\/listener>/gs)) {
    const id = /<ID>(\d+)<\/ID>/i.exec(listener)?.[1];
    if (listener.includes(`>${READER}<`) || id === undefined) continue;
    await fetchText(`${origin}/admin/killclient?mount=/show&id=${id}`, admin);
  }
}

function configuration(port: number, folder: string): string {
  const owner = Deno.uid() === 0
    ? `<changeowner><user>${USER}</user><group>nogroup</group></changeowner>`
    : "";
  return `<icecast>
  <limits><clients>20</clients><sources>4</sources><burst-size>65535</burst-size></limits>
  <authentication><source-password>source</source-password>
    <admin-user>admin</admin-user><admin-password>admin</admin-password>
  </authentication>
  <hostname>127.0.0.1</hostname>
  <listen-socket><port>${port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <mount type="normal"><mount-name>/show</mount-name>
    <fallback-mount>/other</fallback-mount><fallback-override>1</fallback-override>
  </mount>
  <paths><basedir>/usr/share/icecast2</basedir><logdir>${folder}</logdir>
    <webroot>/usr/share/icecast2/web</webroot>
    <adminroot>/usr/share/icecast2/admin</adminroot></paths>
  <logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog></logging>
  <security><chroot>0</chroot>${owner}</security>
</icecast>
`;
}
