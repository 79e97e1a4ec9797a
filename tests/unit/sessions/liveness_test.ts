import { assertEquals } from "@std/assert";
import type { ProcessIdentity } from "../../../src/platform/identity.ts";
import { type Evidence, judge } from "../../../src/sessions/liveness.ts";

const HERE = {
  boot_id: "boot",
  machine: "studio",
  machine_id: "m1",
  pid_namespace: "pid:[1]",
};

const RECORDER: ProcessIdentity = { ...HERE, pid: 7, process_start: "5" };

/** Evidence of a recorder that was killed here. */
const DEAD: Evidence = {
  recorder: RECORDER,
  here: HERE,
  lock: "free",
  mayRun: false,
};

function with_(
  change: Partial<Evidence>,
  recorder: Partial<ProcessIdentity> = {},
): Evidence {
  return { ...DEAD, recorder: { ...RECORDER, ...recorder }, ...change };
}

const CONTAINER = { pid_namespace: "pid:[2]" };
const OTHER_MACHINE = { machine_id: "m2", boot_id: "other" };
const REBOOTED = { boot_id: "before" };
const NO_PROC = {
  ...{ boot_id: null, machine_id: null, pid_namespace: null },
};

// The situations of docs/liveness.md, in its order.
const SITUATIONS: readonly (readonly [string, Evidence, string])[] = [
  ["it records", with_({ lock: "held", mayRun: true }), "alive"],
  ["it was killed", DEAD, "dead"],
  ["it is suspended", with_({ lock: "held", mayRun: true }), "alive"],
  ["between two ffmpegs", with_({ lock: "held", mayRun: true }), "alive"],
  [
    "another process has its id",
    with_({ mayRun: false }, { process_start: "1" }),
    "dead",
  ],
  ["its folder was made again", with_({ mayRun: true }), "alive"],
  ["it records in a container", with_({ lock: "held" }, CONTAINER), "alive"],
  ["it was killed in a container", with_({}, CONTAINER), "dead"],
  [
    "in a container, on a disk without locks",
    with_({ lock: "unknown" }, CONTAINER),
    "unknown",
  ],
  ["killed on a disk without locks", with_({ lock: "unknown" }), "dead"],
  [
    "records on a disk without locks",
    with_({ lock: "unknown", mayRun: true }),
    "alive",
  ],
  ["the machine was rebooted", with_({}, REBOOTED), "dead"],
  [
    "rebooted, the folder's disk is not mounted",
    with_({ lock: "unknown" }, REBOOTED),
    "dead",
  ],
  [
    "another machine of the same name, on a shared disk",
    with_({ lock: "held" }, OTHER_MACHINE),
    "alive",
  ],
  [
    "the same, on a disk that shares no locks",
    with_({}, OTHER_MACHINE),
    "unknown",
  ],
  [
    "a machine of another name, and no machine id to compare",
    with_({}, { ...REBOOTED, machine: "hall", machine_id: null }),
    "unknown",
  ],
  [
    "the machine was renamed",
    with_({}, { machine: "hall", machine_id: null }),
    "dead",
  ],
  [
    "equal names without ids, after a reboot, without a lock",
    {
      ...with_({ lock: "unknown" }, { ...REBOOTED, machine_id: null }),
      here: { ...HERE, machine_id: null },
    },
    "unknown",
  ],
  ["a copy or a mailed log", with_({ recorder: null }), "unknown"],
  [
    "no recorder is named, but the lock is held",
    with_({ recorder: null, lock: "held" }),
    "alive",
  ],
  [
    "no /proc, killed",
    {
      ...with_({ mayRun: true }, { ...NO_PROC, process_start: null }),
      here: { ...HERE, ...NO_PROC },
    },
    "dead",
  ],
  [
    "no /proc and no locks",
    {
      ...with_({ mayRun: true, lock: "unknown" }, {
        ...NO_PROC,
        process_start: null,
      }),
      here: { ...HERE, ...NO_PROC },
    },
    "alive",
  ],
];

Deno.test("judge: is documented for these situations", () => {
  const path = new URL("../../../docs/liveness.md", import.meta.url);
  const rows = Deno.readTextFileSync(path)
    .matchAll(/^\| ([^|]+?) +\| (alive|dead|unknown) +\|$/gm);
  assertEquals(
    [...rows].map(([, what, liveness]) => [what, liveness]),
    SITUATIONS.map(([what, , liveness]) => [what, liveness]),
  );
});

for (const [what, evidence, liveness] of SITUATIONS) {
  Deno.test(`judge: returns ${liveness} when ${what}`, () => {
    assertEquals(judge(evidence), liveness);
  });
}
