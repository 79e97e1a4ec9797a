import { assertEquals } from "@std/assert";
import {
  isStopRequested,
  removeStopRequest,
  requestStop,
  StopRequests,
} from "../../../../src/recorder/watches/stop_requests.ts";
import { FakeClock } from "../../../fakes/clock.ts";
import { tempFolder } from "../../../support/temp.ts";
import { waitFor } from "../../../support/wait.ts";

Deno.test("StopRequests: stops once when asked, and takes the request away", async () => {
  using home = tempFolder();
  const clock = new FakeClock();
  let stops = 0;
  using _requests = new StopRequests({
    folder: home.path,
    clock,
    onStop: () => void stops++,
  });
  await clock.advanceAsync(1_000);
  await waitFor("next check", () => clock.waiting === 1 || null);
  assertEquals(stops, 0);
  await requestStop(home.path);
  // Another request of the same is no error.
  await requestStop(home.path);
  await clock.advanceAsync(1_000);
  await waitFor("stop", () => stops === 1 || null);
  assertEquals(await isStopRequested(home.path), false);
  assertEquals([clock.waiting, clock.holding], [0, 0]);
});

Deno.test("StopRequests: checks no more once disposed of", async () => {
  using home = tempFolder();
  const clock = new FakeClock();
  new StopRequests({ folder: home.path, clock, onStop() {} })
    [Symbol.dispose]();
  assertEquals(clock.waiting, 0);
  await removeStopRequest(home.path);
});
