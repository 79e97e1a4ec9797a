/**
 * What a notification says about real faults: a sound server that dies, dead
 * air, a disk that is full.
 *
 * @module
 */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession } from "../support/echolog.ts";
import { fillDisk, smallDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import {
  names,
  notifying,
  outageOf,
  type Received,
  received,
  waitForMessage,
} from "./notified.ts";
import { startRecording } from "./support.ts";

Deno.test("notify: a killed sound server gives two messages, with the right length", async () => {
  await outageOf(3, 6);
});

/** Records a filter's sound until a message comes, and one about its end. */
async function deadAir(
  filter: string,
  channels: number,
  recording = "",
): Promise<Received[]> {
  using home = tempFolder();
  const env = notifying(home, "", recording);
  await using scene = await startRecording(
    home.path,
    ["--device", `lavfi:${filter}`, "--channels", String(channels)],
    env,
  );
  const status = async () => {
    const found = await echolog(["status", "--check"], {
      home: home.path,
      env,
    });
    return [
      found.code,
      found.stdout.replace(/^(\w+) - .*: (.*)\|.*\n$/s, "$1 $2"),
    ];
  };
  await waitForMessage(home, "silence");
  const during = await status();
  assertEquals(during[0], 1, String(during[1]));
  await waitForMessage(home, "sound");
  await waitFor("a check that is OK", async () => {
    const [code] = await status();
    return code === 0 ? true : null;
  });
  scene.running.signal("SIGTERM");
  await scene.running.finished;
  assertEquals(names(home), ["started", "silence", "sound", "ended"]);
  return received(home);
}

Deno.test("notify: digital zero, and the sound after it", async () => {
  // Twelve seconds of zeros in the middle.
  const messages = await deadAir(
    "sine=r=48000,volume=0:enable='between(t,2,14)'",
    1,
  );
  const [, silence, sound] = messages;
  assertEquals(silence?.code, "digital_silence");
  assertAlmostEquals(sound?.duration ?? 0, 12, 2);
});

Deno.test("notify: a voice at -70 dBFS with silence_dbfs = -60", async () => {
  const [, silence] = await deadAir(
    "sine=r=48000,volume=-55dB:enable='between(t,2,10)'",
    1,
    "silence_dbfs = -60\nsilence_after = '5s'\n",
  );
  assertEquals(silence?.code, "silence");
});

Deno.test("notify: a channel that is dead while the other is not", async () => {
  const [, silence] = await deadAir(
    "aevalsrc='0.1*sin(2764*t)|0.1*sin(2764*t)*(lt(t,2)+gt(t,16))':s=48000",
    2,
  );
  assertEquals(silence?.code, "channel_silence");
  assertEquals(silence?.silent_channel_list, [2]);
});

Deno.test("notify: a disk that is low, then full, then has room", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await smallDisk(path, "size=24m");
  if (disk === null) return;
  const env = notifying(
    home,
    `after = "2s"\n`,
    "[disk]\nmin_free_bytes = '100MB'\n",
  );
  await using scene = await startRecording(
    home.path,
    ["--device", "lavfi:anoisesrc=r=48000:a=1"],
    env,
  );
  await waitForMessage(home, "disk_low");
  await scene.session.waitForEvent("chunk_created", 1);
  const filled = await fillDisk(path);
  await waitForMessage(home, "disk_full");
  await waitForMessage(home, "outage");
  const check = await echolog(["status", "--check", "--max-age", "2s"], {
    home: home.path,
    env,
  });
  assertEquals(check.code, 2, check.stdout);
  Deno.removeSync(filled);
  const recovered = await waitForMessage(home, "recovered");
  assertEquals(recovered.cause, "disk_full");
  scene.running.signal("SIGTERM");
  await scene.running.finished;
  // Until the reserve is freed, the log cannot be written either.
  const others = names(home).filter((name) => name !== "log_trouble");
  assertEquals(others, [
    ...["started", "disk_low", "disk_full", "outage", "recovered", "ended"],
  ]);
  const session = await onlySession(path);
  assertEquals(
    session.eventsOf("warning").filter(({ code }) => code === "notify_failed"),
    [],
  );
});
