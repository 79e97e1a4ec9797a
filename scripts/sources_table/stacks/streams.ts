/**
 * RTP and SRT, sent by ffmpeg to the recording and to a reader.
 *
 * @module
 */

import { join } from "@std/path";
import { tempFolder } from "../../../tests/support/temp.ts";
import { end, freePort, Processes, soundInput } from "./processes.ts";
import { ffmpegReader, type Opening, pause, type Stack } from "./stack.ts";

/**
 * A reader that sorts packets drops those of a new sender as old ones, when its
 * first number is below that of the sender before it.
 */
const AT_ONCE = ["-reorder_queue_size", "0"];

/** Opens RTP: L16 to two ports, described by files. */
export function openRtp(
  { signal, epoch }: Opening,
  away?: number,
): Promise<Stack> {
  const folder = tempFolder();
  const programs = new Processes();
  const ports = [freeEvenPort(), freeEvenPort()];
  const files = ports.map((port) => {
    const path = join(folder.path, `${port}.sdp`);
    Deno.writeTextFileSync(path, describe(port, signal.rate, signal.channels));
    return path;
  });
  const send = (first: number) =>
    programs.feed(signal, epoch, "ffmpeg", [
      ...soundInput(signal),
      ...ports.flatMap((port) => [
        ...["-map", "0:a", "-c:a", "pcm_s16be", "-payload_type", "97"],
        ...["-seq", String(first)],
        ...["-f", "rtp", `rtp://127.0.0.1:${port}?pkt_size=1000`],
      ]),
    ]);
  let sender = send(FIRST_PACKET);
  const inputArgs = ["-protocol_whitelist", "file,udp,rtp"];
  const [own = "", other = ""] = files;
  return Promise.resolve({
    device: `sdp:${own}`,
    env: {},
    inputArgs,
    reader: ffmpegReader(signal, ...inputArgs, ...AT_ONCE, "-i", other),
    ...(away === undefined ? {} : {
      fault: async ({ restarted }) => {
        await end(sender);
        restarted();
        await pause(away);
        sender = send(LATER_PACKET);
      },
    }),
    async [Symbol.asyncDispose]() {
      await programs[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  });
}

/** Opens SRT: MPEG-TS from two listeners; the recording's is opened last. */
export function openSrt(
  { signal, epoch }: Opening,
  away?: number,
): Promise<Stack> {
  const programs = new Processes();
  const ports = [freePort(), freePort()];
  const senders: Deno.ChildProcess[] = [];
  const send = () => {
    for (const port of ports) {
      senders.push(programs.feed(signal, epoch, "ffmpeg", [
        ...soundInput(signal),
        ...["-c:a", "aac", "-b:a", "128k", "-f", "mpegts"],
        ...["-flush_packets", "1", `srt://127.0.0.1:${port}?mode=listener`],
      ]));
    }
  };
  send();
  const [own = 0, other = 0] = ports;
  return Promise.resolve({
    device: `srt://127.0.0.1:${own}`,
    env: {},
    reader: ffmpegReader(signal, "-i", `srt://127.0.0.1:${other}`),
    ...(away === undefined ? {} : {
      fault: async ({ restarted }) => {
        for (const sender of senders.splice(0)) await end(sender);
        restarted();
        await pause(away);
        send();
      },
    }),
    [Symbol.asyncDispose]: () => programs[Symbol.asyncDispose](),
  });
}

/**
 * Number of the first packet. A receiver takes a lower one for an old packet,
 * and drops it until the numbers have caught up.
 */
const FIRST_PACKET = 1;
/** The same after the sender was away. */
const LATER_PACKET = 20_000;

/** RTP uses an even port; the next one is that of RTCP. */
function freeEvenPort(): number {
  const port = freePort();
  return port + port % 2;
}

function describe(port: number, rate: number, channels: number): string {
  return [
    ...["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=numbers"],
    ...["c=IN IP4 127.0.0.1", "t=0 0", `m=audio ${port} RTP/AVP 97`],
    `a=rtpmap:97 L16/${rate}/${channels}`,
  ].join("\r\n") + "\r\n";
}
