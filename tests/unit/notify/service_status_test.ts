import { assertEquals } from "@std/assert";
import { ServiceStatus } from "../../../src/notify/service_status.ts";
import { TimeFormat } from "../../../src/times/shown.ts";
import { FakeClock } from "../../fakes/clock.ts";
import { event, START } from "../../support/events.ts";

function scene() {
  const clock = new FakeClock();
  const calls: string[] = [];
  const status = new ServiceStatus({
    clock,
    times: TimeFormat.utc,
    redact: (text) => text.replaceAll("pw", "***"),
    run({ command }) {
      calls.push(command.slice(1).join(" "));
      return Promise.resolve(null);
    },
  });
  return { clock, calls, status };
}

Deno.test("ServiceStatus: says ready once, and the state in words when it changes", async () => {
  const { clock, calls, status } = scene();
  status.emit(event("session_start", { device: "rtsp://a:pw@h/1" }));
  await clock.advanceAsync(5_000);
  status.observe({ kind: "outage", time: START, outage: null });
  await clock.advanceAsync(5_000);
  status.observe({ kind: "outage", time: START, outage: null });
  await clock.advanceAsync(5_000);
  const outage = { since: START, cause: "device_gone" } as const;
  status.observe({ kind: "outage", time: START, outage });
  await clock.advanceAsync(5_000);
  status.observe({ kind: "outage", time: START, outage: null });
  await clock.advanceAsync(5_000);
  const silence = { kind: "silence", what: "zero", time: START } as const;
  status.observe({ ...silence, since: START });
  await clock.advanceAsync(5_000);
  status.observe({ kind: "stopping", time: START });
  await clock.advanceAsync(5_000);
  const what = "rtsp://a:***@h/1, session night";
  assertEquals(calls, [
    `--ready --status=Starting to record ${what}`,
    `--status=Recording ${what}`,
    "--status=No audio since 2025-09-22 10:00:00 UTC: the device or its sound server disappeared during the recording",
    `--status=Recording ${what}`,
    `--status=Silence since 2025-09-22 10:00:00 UTC: ${what}`,
    "--status=Stopping: closing the last chunk",
  ]);
});

Deno.test("ServiceStatus: skips states that are no longer the newest, and is quiet after the end", async () => {
  const { clock, calls, status } = scene();
  status.emit(event("session_start"));
  await clock.advanceAsync(0);
  const outage = { since: START, cause: "stall" } as const;
  for (let n = 0; n < 10; n++) {
    status.observe({ kind: "outage", time: START, outage });
    status.observe({ kind: "outage", time: START, outage: null });
  }
  await clock.advanceAsync(5_000);
  assertEquals(calls.length, 2);
  status.emit(event("session_stop"));
  status.observe({ kind: "outage", time: START, outage });
  await clock.advanceAsync(5_000);
  assertEquals(calls.length, 2);
  assertEquals(clock.waiting, 0);
});
