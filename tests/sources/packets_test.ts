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

Deno.test("RTP: times are right, also when the sender was away", async () => {
  await assertRows(
    { name: "rtp-plain", seconds: 8 },
    { name: "rtp-away", seconds: 16, faultAt: 4 },
  );
});
