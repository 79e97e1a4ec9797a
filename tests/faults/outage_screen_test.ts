/**
 * What a person at the terminal of a recording sees of an outage, and what every
 * command says of it at that moment.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { inWords } from "../../src/review/explain/glossary.ts";
import {
  echologCommand,
  onlySession,
  type SessionOnDisk,
} from "../support/echolog.ts";
import { fillDisk, smallDisk } from "../support/small_disk.ts";
import { SoundServer } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { hasTmux, Terminal, terminalEnvironment } from "../support/terminal.ts";
import { waitFor } from "../support/wait.ts";
import { assertOneOutage, type OneOutage, outageIn } from "./outage_moments.ts";
import { configured, gapCauses, gapsOf } from "./support.ts";

/** Moments at which all are asked, and seconds of the outage until then. */
const MOMENTS = [0, 1, 2, 3];

/** A recording in a terminal. */
interface Scene {
  readonly session: SessionOnDisk;
  readonly terminal: Terminal;
  /** Begins the outage. */
  begin(): Promise<void>;
}

/** Opens a terminal with a recording, and waits for its first chunk. */
async function record(
  home: string,
  device: string,
  env: Readonly<Record<string, string>> = {},
) {
  const terminal = await Terminal.open(
    [...echologCommand(), "record", "--device", device],
    {
      ...{ columns: 100, rows: 10 },
      env: { ...terminalEnvironment(home), ...env, ...configured(home) },
    },
  );
  const session = await onlySession(join(home, "recordings"));
  await session.waitForEvent("chunk_created", 1);
  return { terminal, session };
}

/** Returns what the live line shows of an outage, once that is of now. */
async function screenOf(terminal: Terminal, { since, cause }: OneOutage) {
  return await waitFor("the outage on the screen", async () => {
    const before = Date.now();
    const shown = outageIn(await terminal.screen());
    const [least, most] = [before, Date.now()]
      .map((time) => Math.floor((time - since) / 1000));
    // It is drawn once a second.
    const isNow = shown !== null && least !== undefined &&
      most !== undefined && shown.length >= least - 1 && shown.length <= most;
    return isNow ? { ...shown, expected: inWords(cause) } : null;
  });
}

async function checkOutage({ session, terminal, begin }: Scene): Promise<void> {
  await begin();
  const sinces = new Set<number>();
  for (const moment of MOMENTS) {
    const outage = await waitFor("the moment", async () => {
      const one = await assertOneOutage(session, `moment ${moment}`);
      return Date.now() >= one.since + moment * 1000 ? one : null;
    });
    sinces.add(outage.since);
    const { cause, expected } = await screenOf(terminal, outage);
    assertEquals(cause, expected);
  }
  assertEquals(sinces.size, 1);
}

/** Ends the recording, and checks that it logged one gap, the one that was seen. */
async function endOf(
  { session, terminal }: Scene,
  cause: string,
): Promise<void> {
  await terminal.press("C-c");
  await terminal.end();
  assertStringIncludes(terminal.raw(), inWords(cause));
  // In red.
  assertStringIncludes(terminal.raw(), "\x1b[31mno audio");
  assertEquals(gapCauses(session), [cause], session.logText());
  assert((gapsOf(session)[0]?.duration ?? 0) > 3);
}

Deno.test("a killed sound server is one outage in all commands and on the screen of the recording", async () => {
  if (!await hasTmux()) return;
  await using server = await SoundServer.start();
  using home = tempFolder();
  server.playNumbers(50);
  await server.waitForSound();
  const { terminal, session } = await record(
    home.path,
    "pulse:loop.monitor",
    server.clientEnv,
  );
  await using _terminal = terminal;
  const begin = () => server.pullThePlug();
  const scene = { session, terminal, begin };
  await checkOutage(scene);
  await endOf(scene, "device_gone");
});

Deno.test("a full disk is one outage in all commands and on the screen of the recording", async () => {
  if (!await hasTmux()) return;
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await smallDisk(path, "size=16m");
  if (disk === null) return;
  // About 150 kB a second.
  const { terminal, session } = await record(
    home.path,
    "lavfi:anoisesrc=r=48000:a=1",
  );
  await using _terminal = terminal;
  const begin = async () => void await fillDisk(path);
  const scene = { session, terminal, begin };
  await checkOutage(scene);
  await endOf(scene, "disk_full");
});
