/**
 * The contenders that run on Deno: one process runs one of them, once.
 *
 * @module
 */

import { FileHandler } from "@std/log/file-handler";
import { Logger } from "@std/log/logger";
import { RotatingFileHandler } from "@std/log/rotating-file-handler";
import { SessionLogHandler } from "../../../src/log/write/handler.ts";
import { type Job, readJob } from "./job.ts";
import {
  echologChunks,
  echologStderr,
  handlerOptions,
} from "./whole_events.ts";

/** Writes lines until they are all in the file. */
type Write = (lines: readonly string[]) => void;

const CONTENDERS: Readonly<Record<string, (job: Job) => Write>> = {
  "echolog ready": (job) => {
    const handler = new SessionLogHandler("DEBUG", handlerOptions(job));
    return throughHandler(handler);
  },
  "echolog ready, each": (job) => {
    const handler = new SessionLogHandler("DEBUG", handlerOptions(job));
    handler.setup();
    return (lines) => {
      for (const line of lines) {
        handler.log(line);
        handler.flush();
      }
      handler.destroy();
    };
  },
  "echolog logger": (job) => {
    const handler = new SessionLogHandler("DEBUG", handlerOptions(job));
    return throughLogger(handler, (logger, line) => logger.debug(line));
  },
  "echolog logger, each": (job) => {
    const handler = new SessionLogHandler("DEBUG", handlerOptions(job));
    return throughLogger(handler, (logger, line) => logger.warn(line));
  },
  "echolog event": echologStderr,
  "echolog event, each": echologChunks,
  "std ready": ({ folder }) =>
    throughHandler(new FileHandler("DEBUG", { filename: `${folder}/log` })),
  "std rotating ready": (job) => throughHandler(stdRotating(job)),
  "std rotating logger": (job) =>
    throughLogger(stdRotating(job), (logger, line) => logger.debug(line)),
  // What is more than an error is written at once.
  "std rotating logger, each": (job) =>
    throughLogger(stdRotating(job), (logger, line) => logger.critical(line)),
  "floor": batched(() => {}),
  "floor, each": ({ folder }) => {
    const file = create(folder);
    const encoder = new TextEncoder();
    return (lines) => {
      for (const line of lines) writeAll(file, encoder.encode(line + "\n"));
      file.close();
    };
  },
  "floor, synced": batched((file) => file.syncDataSync()),
};

function stdRotating({ folder, limit, backups }: Job): RotatingFileHandler {
  return new RotatingFileHandler("DEBUG", {
    filename: `${folder}/log`,
    maxBytes: limit,
    maxBackupCount: backups,
    formatter: ({ msg }) => msg,
  });
}

function throughHandler(handler: FileHandler): Write {
  handler.setup();
  return (lines) => {
    for (const line of lines) handler.log(line);
    handler.destroy();
  };
}

function throughLogger(
  handler: FileHandler,
  log: (logger: Logger, line: string) => void,
): Write {
  handler.setup();
  const logger = new Logger("bench", "DEBUG", { handlers: [handler] });
  return (lines) => {
    for (const line of lines) log(logger, line);
    handler.destroy();
  };
}

/** The least that can be done: lines joined, encoded and written 64 KiB at a time. */
function batched(after: (file: Deno.FsFile) => void): (job: Job) => Write {
  return ({ folder }) => {
    const file = create(folder);
    const encoder = new TextEncoder();
    return (lines) => {
      let text = "";
      const write = () => {
        writeAll(file, encoder.encode(text));
        after(file);
        text = "";
      };
      for (const line of lines) {
        text += line + "\n";
        if (text.length >= 65_536) write();
      }
      write();
      file.close();
    };
  };
}

function create(folder: string): Deno.FsFile {
  return Deno.openSync(`${folder}/log`, { createNew: true, append: true });
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    done += file.writeSync(bytes.subarray(done));
  }
}

const job = readJob(Deno.args[0]);
const contender = CONTENDERS[job.name];
if (contender === undefined) throw new Error(`No contender "${job.name}"`);
const lines = Deno.readTextFileSync(job.lines).split("\n").slice(0, -1);
const write = contender(job);
const start = performance.now();
write(lines);
const seconds = (performance.now() - start) / 1000;
console.log(
  JSON.stringify({ seconds, runtime: `Deno ${Deno.version.deno}` }),
);
