/**
 * Rows of JACK and of streams other than a WAV file.
 *
 * @module
 */

import { openHls } from "../stacks/hls.ts";
import {
  type Codec,
  type IcecastFault,
  openIcecast,
} from "../stacks/icecast.ts";
import { openJack } from "../stacks/jack.ts";
import { openRtsp } from "../stacks/rtsp.ts";
import {
  BEEPING,
  NUMBERED,
  type Opening,
  type Row,
  type Stack,
} from "../stacks/stack.ts";
import { openRtp, openSrt } from "../stacks/streams.ts";

/** A row with what it does not share with the others. */
type Variant =
  & Pick<Row, "name" | "source" | "open">
  & Partial<Row>;

function rowOf(variant: Variant): Row {
  return {
    fault: "none",
    format: "flac",
    signal: NUMBERED,
    seconds: 12,
    faultAt: 6,
    ...variant,
  };
}

function icecast(
  codec: Codec,
  fault: IcecastFault | undefined,
  name: string,
  words: string,
): Row {
  return rowOf({
    name: `icecast-${codec}-${name}`,
    source: `Icecast, ${codec}`,
    fault: words,
    signal: BEEPING,
    seconds: fault === undefined ? 14 : 20,
    faultAt: 8,
    latency: 1,
    open: (opening) => openIcecast(opening, codec, fault),
  });
}

const CODECS: readonly Codec[] = ["mp3", "opus", "aac"];

const ICECAST: readonly Row[] = [
  ...CODECS.map((codec) => icecast(codec, undefined, "plain", "none")),
  ...CODECS.map((codec) =>
    icecast(
      codec,
      "killed",
      "killed",
      "listener thrown out by admin/killclient",
    )
  ),
  icecast("mp3", "fallback", "fallback", "source gone, fallback mount in opus"),
  icecast("opus", "fallback", "fallback", "source gone, fallback mount in mp3"),
];

function rtsp(
  name: string,
  words: string,
  open: (opening: Opening) => Promise<Stack>,
): Row {
  const isScattered = words !== "none";
  return rowOf({
    ...{ name: `rtsp-${name}`, fault: words, open, isScattered },
    source: `RTSP over ${name === "tcp" ? "TCP" : "UDP"}, L16`,
    seconds: isScattered ? 60 : 12,
  });
}

const AWAY = "sender away for 4 s";

/** The rows. */
export const STREAMS: readonly Row[] = [
  rowOf({ name: "jack-plain", source: "JACK, dummy driver", open: openJack }),
  ...ICECAST,
  rtsp("tcp", "none", (opening) => openRtsp(opening, "tcp")),
  rtsp("udp", "none", (opening) => openRtsp(opening, "udp")),
  rtsp(
    "udp-loss1",
    "1 % of the packets lost",
    (opening) => openRtsp(opening, "udp", 0.01),
  ),
  rtsp(
    "udp-loss5",
    "5 % of the packets lost",
    (opening) => openRtsp(opening, "udp", 0.05),
  ),
  rowOf({
    ...{ name: "hls-2", source: "HLS, segments of 2 s", signal: BEEPING },
    ...{ seconds: 16, latency: 2, segment: 3 },
    open: (opening) => openHls(opening, 2),
  }),
  rowOf({
    ...{ name: "hls-2-nginx", source: "HLS from nginx, segments of 2 s" },
    ...{ signal: BEEPING, seconds: 16, latency: 2, segment: 3 },
    open: (opening) => openHls(opening, 2, { server: "nginx" }),
  }),
  rowOf({
    ...{ name: "hls-10", source: "HLS, segments of 10 s", signal: BEEPING },
    ...{ seconds: 45, latency: 5, segment: 12 },
    open: (opening) => openHls(opening, 10),
  }),
  rowOf({
    ...{ name: "hls-20", source: "HLS, segments of 20 s", signal: BEEPING },
    ...{ seconds: 65, latency: 5, segment: 24 },
    open: (opening) => openHls(opening, 20),
  }),
  rowOf({
    ...{
      name: "hls-10-away",
      source: "HLS, segments of 10 s",
      signal: BEEPING,
    },
    ...{
      seconds: 75,
      latency: 5,
      segment: 12,
      faultAt: 15,
      fault: "writer away for 20 s",
    },
    open: (opening) => openHls(opening, 10, { away: 20 }),
  }),
  rowOf({
    ...{ name: "srt-plain", source: "SRT, aac", signal: BEEPING, skip: 1.5 },
    open: (opening) => openSrt(opening),
  }),
  rowOf({
    ...{ name: "srt-away", source: "SRT, aac", signal: BEEPING },
    ...{ seconds: 60, fault: AWAY, skip: 1.5 },
    open: (opening) => openSrt(opening, 4),
  }),
  rowOf({
    name: "rtp-plain",
    source: "RTP, L16",
    open: (opening) => openRtp(opening),
  }),
  rowOf({
    ...{ name: "rtp-away", source: "RTP, L16", seconds: 40, fault: AWAY },
    open: (opening) => openRtp(opening, 4),
  }),
];
