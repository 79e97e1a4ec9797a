import { assertRows } from "./rows.ts";

Deno.test("RTSP: times are right over TCP, and over UDP with lost packets", async () => {
  await assertRows(
    { name: "rtsp-tcp", seconds: 8 },
    { name: "rtsp-udp-loss1", seconds: 14 },
  );
});

Deno.test("SRT: times are right, also when the sender was away", async () => {
  await assertRows(
    { name: "srt-plain", seconds: 8 },
    { name: "srt-away", seconds: 16, faultAt: 4 },
  );
});

// A sender that was away is a row of scripts/sources alone: on a busy machine
// the kernel drops packets at the same time, and nothing tells the two apart.
Deno.test("RTP: times are right", async () => {
  await assertRows({ name: "rtp-plain", seconds: 8 });
});
