/**
 * Who takes part.
 *
 * @module
 */

import type { Form } from "./sample_lines.ts";

/** How safe a line is when the call that logged it returns. */
export type Durability =
  /** It may still be in the process. */
  | "batched"
  /** It is with the kernel. */
  | "each"
  /** It may still be in the process, but what is written is on the disk. */
  | "synced";

/** Program that runs a contender. */
export type Host = "deno" | "deno-npm" | "node" | "python";

/** How the files of a contender are put in order. */
export type FileOrder =
  /** `log.2`, `log.1`, `log`. */
  | "shifted"
  /** `log.1`, `log.2`, `log`. */
  | "archived"
  /** `log`, `log.1`, `log.2`. */
  | "counted";

/** One that takes part. */
export interface Contender {
  /** Its name in the table. */
  readonly title: string;
  /** Its name in the program that runs it. */
  readonly name: string;
  /** What runs it. */
  readonly host: Host;
  /** How safe its lines are. */
  readonly durability: Durability;
  /** Whether it is ours, another's, or only there to compare with. */
  readonly side: "ours" | "peer" | "floor";
  /** How its lines look. */
  readonly form: Form;
  /** How its files are numbered. */
  readonly order: FileOrder;
}

const ours = { host: "deno", side: "ours", order: "shifted" } as const;
const std = {
  host: "deno",
  side: "peer",
  form: "line",
  order: "shifted",
} as const;
const floor = { ...std, side: "floor" } as const;

/** Those that run on Deno alone; what is compared most closely stands together. */
export const ON_DENO = {
  floor: {
    ...floor,
    title: "floor: 64 KiB at a time",
    name: "floor",
    durability: "batched",
  },
  ready: {
    ...ours,
    title: "echolog, ready-made line",
    name: "echolog ready",
    durability: "batched",
    form: "line",
  },
  rotating: {
    ...std,
    title: "@std/log RotatingFileHandler",
    name: "std rotating ready",
    durability: "batched",
  },
  event: {
    ...ours,
    title: "echolog, whole event",
    name: "echolog event",
    durability: "batched",
    form: "stderr",
  },
  readyLogger: {
    ...ours,
    title: "echolog, by a Logger",
    name: "echolog logger",
    durability: "batched",
    form: "quoted",
  },
  rotatingLogger: {
    ...std,
    title: "@std/log RotatingFileHandler, by a Logger",
    name: "std rotating logger",
    durability: "batched",
  },
  file: {
    ...std,
    title: "@std/log FileHandler (never rotates)",
    name: "std ready",
    durability: "batched",
  },
  eachFloor: {
    ...floor,
    title: "floor: a writeSync for each line",
    name: "floor, each",
    durability: "each",
  },
  eachReady: {
    ...ours,
    title: "echolog, ready-made line, flushed",
    name: "echolog ready, each",
    durability: "each",
    form: "line",
  },
  eachLogger: {
    ...ours,
    title: "echolog, WARNING by a Logger",
    name: "echolog logger, each",
    durability: "each",
    form: "quoted",
  },
  eachEvent: {
    ...ours,
    title: "echolog, whole lifecycle event",
    name: "echolog event, each",
    durability: "each",
    form: "chunk",
  },
  eachRotating: {
    ...std,
    title: "@std/log RotatingFileHandler, CRITICAL",
    name: "std rotating logger, each",
    durability: "each",
  },
  syncedFloor: {
    ...floor,
    title: "floor: 64 KiB and syncDataSync at a time",
    name: "floor, synced",
    durability: "synced",
  },
} as const satisfies Record<string, Contender>;

/** Python's. */
export const ON_PYTHON: Contender = {
  title: "Python RotatingFileHandler",
  name: "RotatingFileHandler",
  host: "python",
  durability: "each",
  side: "peer",
  form: "line",
  order: "shifted",
};

const npm = { side: "peer", durability: "batched", form: "line" } as const;

/** Those that npm brings; each runs on every host that can run it. */
export const FROM_NPM: readonly Omit<Contender, "host">[] = [
  {
    ...npm,
    title: "pino, pino-roll",
    name: "pino",
    form: "quoted",
    order: "archived",
  },
  {
    ...npm,
    title: "pino, pino-roll, minLength 4096",
    name: "pino, 4 KiB",
    form: "quoted",
    order: "archived",
  },
  {
    ...npm,
    title: "pino, pino-roll, sync",
    name: "pino, each",
    durability: "each",
    form: "quoted",
    order: "archived",
  },
  {
    ...npm,
    title: "pino (never rotates)",
    name: "pino alone",
    form: "quoted",
    order: "archived",
  },
  {
    ...npm,
    title: "pino (never rotates), minLength 4096",
    name: "pino alone, 4 KiB",
    form: "quoted",
    order: "archived",
  },
  {
    ...npm,
    title: "winston, File transport",
    name: "winston File",
    order: "counted",
  },
  {
    ...npm,
    title: "winston, daily-rotate-file",
    name: "winston",
    order: "counted",
  },
  {
    ...npm,
    title: "rotating-file-stream",
    name: "rotating-file-stream",
    order: "archived",
  },
  {
    ...npm,
    title: "@logtape/file, 64 KiB (fsync)",
    name: "logtape",
    durability: "synced",
    order: "shifted",
  },
];
