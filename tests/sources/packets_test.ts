import { assertRows } from "./rows.ts";

Deno.test("RTSP: times are right over TCP, and over UDP with lost packets", async () => {
  await assertRows(
    { name: "rtsp-tcp", seconds: 8 },
    { name: "rtsp-udp-loss1", seconds: 14 },
  );
});

// Senders that were away are rows of scripts/sources alone: on a busy machine
// packets are lost at the same time, and nothing tells the two apart.
Deno.test("SRT: times are right", async () => {
  await assertRows({ name: "srt-plain", seconds: 8 });
});

Deno.test("RTP: times are right", async () => {
  await assertRows({ name: "rtp-plain", seconds: 8 });
});
