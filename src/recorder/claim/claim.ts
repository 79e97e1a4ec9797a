/**
 * One recorder for each device: a second one fails with the name of the first.
 *
 * @module
 */

import { join } from "@std/path";
import {
  assertFree,
  DeviceBusy,
  deviceKey,
  holderOf,
  isShared,
} from "./device.ts";
import { Patience, TIMED_OUT } from "../../platform/locks/patience.ts";
import type { Device } from "../../audio/device.ts";
import { EchologError } from "../../errors.ts";
import type { EpochMs } from "../../events.ts";
import { systemClock } from "../../platform/clock.ts";
import { holdLock, lockFile } from "../../platform/locks/file_lock.ts";
import { reasonOf } from "../../platform/fs.ts";
import { stopOrphans } from "../../repair/repair_session.ts";
import type { SessionFolder } from "../../sessions/folder.ts";
import {
  type ListedSession,
  listSessions,
  type NewSession,
  registerSession,
  type Registration,
} from "../../sessions/registry.ts";

/** Options of {@linkcode claimSession}. */
export interface ClaimOptions {
  /** Folder of the registry, or `null` when there is no home folder. */
  readonly stateFolder: string | null;
  /** Device as given to `--device`. */
  readonly spec: string;
  /** The same device, parsed. */
  readonly device: Device;
  /** Name of the log in the session's folder. */
  readonly logFile: string;
  /** Ends all waiting. */
  readonly signal?: AbortSignal;
  /**
   * Makes the session's folder.
   *
   * @param announce Takes each name before a folder of that name is made.
   */
  create(
    announce: (folder: SessionFolder) => Promise<void>,
  ): Promise<{ readonly folder: SessionFolder; readonly start: EpochMs }>;
  /** Takes a line about each thing that takes long or cannot be done. */
  onError(line: string): void;
}

/** A session's folder and its registry entry; disposing of it releases both. */
export interface Claim extends AsyncDisposable {
  /** The folder. */
  readonly folder: SessionFolder;
  /** When the session started. */
  readonly start: EpochMs;
  /** Dead sessions of this user, to be repaired. */
  readonly dead: readonly ListedSession[];
  /** Makes the entry again when it was deleted. */
  refresh(): Promise<void>;
  /**
   * Claims another session of this recorder and device, which then keeps the
   * device when this one is released.
   *
   * @throws {EchologError} when its folder cannot be made.
   */
  next(create: ClaimOptions["create"]): Promise<Claim>;
  /** Errors of the registry; recording continues. */
  readonly problems: readonly unknown[];
}

/**
 * Checks that the device is free, makes the session's folder and registers it.
 * One lock covers all three, so of several recorders that start at once one gets
 * the device.
 *
 * Nothing of the registry can prevent a recording: when it does not answer, or
 * another program holds its lock for ten seconds, the recording starts without.
 *
 * @throws {EchologError} when the device is taken, or the folder cannot be made.
 */
export async function claimSession(options: ClaimOptions): Promise<Claim> {
  const { stateFolder: state } = options;
  if (state === null) {
    return await claimWithout(options, new Error("no home folder"));
  }
  let what = `Waiting for the state folder ${state}, which does not answer`;
  const patience = new Patience({
    clock: systemClock,
    signal: options.signal,
    onWait: () => options.onError(what),
  });
  try {
    const file = await bounded(
      patience,
      openLock(state),
      (file) => file.close(),
    );
    const answering = what;
    what = `Waiting for another echolog that holds ${lockOf(state)}`;
    using _turn = await takeTurn(file, patience, options);
    what = answering;
    const sessions = await bounded(patience, listSessions(state));
    return await enter(state, sessions, patience, options);
  } catch (error) {
    if (error instanceof EchologError) throw error;
    return await claimWithout(options, error);
  }
}

const lockOf = (state: string) => join(state, "lock");

/** Milliseconds after which a folder counts as one that does not answer. */
const SLOW_MS = 5_000;

/**
 * Waits for an answer of the state folder.
 *
 * @throws {Error} when it does not answer in time.
 */
async function bounded<T>(
  patience: Patience,
  work: Promise<T>,
  onLate?: (result: T) => void,
): Promise<T> {
  const result = await patience.waitFor(work, onLate, SLOW_MS);
  if (result === TIMED_OUT) throw new Error(NO_ANSWER);
  return result;
}

async function openLock(state: string): Promise<Deno.FsFile> {
  await Deno.mkdir(state, { recursive: true, mode: 0o700 });
  return await Deno.open(lockOf(state), {
    create: true,
    write: true,
    mode: 0o600,
  });
}

/**
 * Waits for the lock of the registry, which the kernel releases whatever happens
 * to its holder. Without it the start continues: the lock of the device decides
 * between recorders that start at the same moment.
 */
async function takeTurn(
  file: Deno.FsFile,
  patience: Patience,
  { stateFolder, onError, signal }: ClaimOptions,
): Promise<Disposable> {
  let result: unknown;
  try {
    result = await patience.waitFor(file.lock(true));
  } catch (error) {
    file.close();
    throw error;
  }
  if (result !== TIMED_OUT) return file;
  // A lock that is granted later goes with the file.
  file.close();
  if (signal?.aborted !== true) {
    onError(`Continuing without ${lockOf(stateFolder ?? "")}`);
  }
  return { [Symbol.dispose]() {} };
}

async function enter(
  state: string,
  sessions: readonly ListedSession[],
  patience: Patience,
  options: ClaimOptions,
): Promise<Claim> {
  const device = await deviceKey(options.spec);
  assertFree(sessions, device);
  const dead = sessions.filter(({ liveness }) => liveness === "dead");
  if (!isShared(options.device)) {
    await freeDevice(dead.filter((one) => one.device === device), options);
  }
  const deviceLock = await lockDevice(state, device);
  const { logFile, create } = options;
  const place = { state, device, logFile, deviceLock };
  try {
    return { ...await register(place, patience, create), dead };
  } catch (error) {
    deviceLock[Symbol.dispose]();
    throw error;
  }
}

/** Where a recorder registers its sessions, and its lock of their device. */
interface Place {
  readonly state: string;
  readonly device: string;
  readonly logFile: string;
  readonly deviceLock: Disposable;
}

/** Makes a session's folder and registers it. */
async function register(
  place: Place,
  patience: Patience,
  create: ClaimOptions["create"],
): Promise<Claim> {
  const { state, device, logFile, deviceLock } = place;
  const entry = new Entry(state, patience);
  let ownsDevice = true;
  try {
    const { folder, start } = await create((folder) =>
      entry.write({
        session_id: folder.id,
        folder: folder.path,
        log: join(folder.path, logFile),
        start: systemClock.now(),
        device,
        has_folder: false,
      })
    );
    const lock = holdLock(folder.path);
    await entry.folderMade();
    return {
      folder,
      start,
      dead: [],
      problems: entry.problems,
      refresh: () => entry.refresh(),
      async next(create) {
        const patience = new Patience({ clock: systemClock, onWait() {} });
        const next = await register(place, patience, create);
        ownsDevice = false;
        return next;
      },
      async [Symbol.asyncDispose]() {
        await entry[Symbol.asyncDispose]();
        lock[Symbol.dispose]();
        if (ownsDevice) deviceLock[Symbol.dispose]();
      },
    };
  } catch (error) {
    await entry[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Takes the lock of a device, which decides between recorders that start at the
 * same moment without the registry's lock. It lasts as long as this process.
 *
 * @throws {DeviceBusy} when another recorder holds it.
 */
async function lockDevice(state: string, device: string): Promise<Disposable> {
  const folder = join(state, "devices");
  const open = async () => {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    return await lockFile(join(folder, device));
  };
  const patience = new Patience({
    clock: systemClock,
    limitMs: DEVICE_MS,
    onWait() {},
  });
  let file: Deno.FsFile | typeof TIMED_OUT;
  try {
    file = await patience.waitFor(open(), (file) => file.close());
  } catch {
    // The registry decides where there are no locks.
    return { [Symbol.dispose]() {} };
  }
  if (file !== TIMED_OUT) return file;
  const holder = holderOf(await listSessions(state), device);
  throw new DeviceBusy(holder);
}

/** Maximum milliseconds to wait for a lock that no recorder holds. */
const DEVICE_MS = 2_000;

/** Stops the ffmpegs that still record a device for recorders that died. */
async function freeDevice(
  dead: readonly ListedSession[],
  { onError, signal }: ClaimOptions,
): Promise<void> {
  const aborted = new Promise<void>((resolve) => {
    signal?.addEventListener("abort", () => resolve());
    if (signal?.aborted) resolve();
  });
  for (const { folder } of dead) {
    try {
      await Promise.race([
        aborted,
        stopOrphans({ folder, clock: systemClock, onError }),
      ]);
    } catch (error) {
      onError(`Cannot stop the ffmpeg of ${folder}: ${reasonOf(error)}`);
    }
  }
}

/** The entry of this session in the registry. Its problems never stop a start. */
class Entry implements AsyncDisposable {
  readonly #state: string;
  readonly #patience: Patience;
  readonly #problems: unknown[] = [];
  #registration: Registration | null = null;

  constructor(state: string, patience: Patience) {
    this.#state = state;
    this.#patience = patience;
  }

  get problems(): readonly unknown[] {
    return this.#problems;
  }

  /** Registers the session, instead of one of another name. */
  async write(session: NewSession): Promise<void> {
    await this.#try(async () => {
      await this.#registration?.[Symbol.asyncDispose]();
      this.#registration = null;
      this.#registration = await bounded(
        this.#patience,
        registerSession(this.#state, session),
        (late) => void late[Symbol.asyncDispose](),
      );
    });
  }

  async folderMade(): Promise<void> {
    const registration = this.#registration;
    if (registration === null) return;
    await this.#try(() => bounded(this.#patience, registration.folderMade()));
  }

  async refresh(): Promise<void> {
    await this.#registration?.refresh();
  }

  /** Removes the entry; a folder that does not answer keeps it. */
  async [Symbol.asyncDispose](): Promise<void> {
    const registration = this.#registration;
    if (registration === null) return;
    const limit = new Patience({ clock: systemClock, onWait() {} });
    await limit.waitFor(registration[Symbol.asyncDispose]());
  }

  async #try(work: () => Promise<void>): Promise<void> {
    if (this.#problems.length > 0) return;
    try {
      await work();
    } catch (error) {
      this.#problems.push(notRegistered(this.#state, error));
    }
  }
}

const NO_ANSWER = "it does not answer";

/** Starts without the registry. */
async function claimWithout(
  options: Pick<ClaimOptions, "stateFolder" | "create">,
  why: unknown,
): Promise<Claim> {
  const { stateFolder, create } = options;
  const { folder, start } = await create(() => Promise.resolve());
  const lock = holdLock(folder.path);
  return {
    folder,
    start,
    dead: [],
    problems: [notRegistered(stateFolder, why)],
    refresh: () => Promise.resolve(),
    next: (create) => claimWithout({ stateFolder, create }, why),
    [Symbol.asyncDispose]() {
      lock[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

/**
 * Error for a home folder that is full, read-only, without file locks or
 * missing.
 */
function notRegistered(stateFolder: string | null, why: unknown): Error {
  const place = stateFolder === null
    ? "(no home folder)"
    : `${stateFolder}: ${reasonOf(why)}`;
  return new Error(
    `Cannot write to the state folder ${place}; status and stop do not see this session`,
    { cause: why },
  );
}
