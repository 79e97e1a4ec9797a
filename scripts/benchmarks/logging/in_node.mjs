// The contenders that come from npm, on Node or on Deno: one process runs one
// of them, once. Plain JavaScript, and no `node:` import: a type check must not
// need what only Node's types and the packages say.

const process = globalThis.process;
const { createRequire } = process.getBuiltinModule("node:module");
const fs = process.getBuiltinModule("node:fs");
const { once } = process.getBuiltinModule("node:events");

const job = JSON.parse(process.argv[2]);
const load = createRequire(`${job.packages}/package.json`);

/** Lines between two turns of the event loop. */
const TURN = 64;

/** What each writes for a line; `run` logs all and waits for the contender's own end. */
const CONTENDERS = {
  "pino": pino({}),
  "pino, 4 KiB": pino({ minLength: 4_096 }),
  "pino, each": pino({ sync: true }),
  "pino alone": pinoAlone({ sync: false }),
  "pino alone, 4 KiB": pinoAlone({ sync: false, minLength: 4_096 }),
  "winston File": {
    form: (line) => `${line}\n`,
    prepare() {
      const winston = load("winston");
      const transport = new winston.transports.File({
        dirname: job.folder,
        filename: "log",
        maxsize: job.limit,
        maxFiles: job.backups,
      });
      const logger = winston.createLogger({
        format: winston.format.printf(({ message }) => message),
        transports: [transport],
      });
      return async (lines) => {
        await inTurns(lines, (line) => logger.info(line));
        const finished = once(transport, "finish");
        logger.end();
        await finished;
      };
    },
  },
  "winston": {
    form: (line) => `${line}\n`,
    prepare() {
      const winston = load("winston");
      const DailyRotateFile = load("winston-daily-rotate-file");
      const transport = new DailyRotateFile({
        dirname: job.folder,
        filename: "log",
        datePattern: "YYYY",
        maxSize: job.limit,
        maxFiles: job.backups,
        auditFile: `${job.folder}/.audit.json`,
      });
      const logger = winston.createLogger({
        format: winston.format.printf(({ message }) => message),
        transports: [transport],
      });
      return async (lines) => {
        await inTurns(lines, (line) => logger.info(line));
        const finished = once(transport, "finish");
        logger.end();
        await finished;
      };
    },
  },
  "rotating-file-stream": {
    form: (line) => `${line}\n`,
    async prepare() {
      const stream = load("rotating-file-stream").createStream(
        (time, index) => time ? `log.${index}` : "log",
        {
          path: job.folder,
          size: `${job.limit}B`,
          history: ".history",
          maxFiles: job.backups,
        },
      );
      await once(stream, "open");
      return async (lines) => {
        for (const line of lines) {
          if (!stream.write(`${line}\n`)) await once(stream, "drain");
        }
        const finished = once(stream, "finish");
        stream.end();
        await finished;
      };
    },
  },
  "logtape": {
    form: (line) => `${line}\n`,
    async prepare() {
      const { configure, dispose, getLogger } = load("@logtape/logtape");
      const { getRotatingFileSink } = load("@logtape/file");
      await configure({
        sinks: {
          file: getRotatingFileSink(`${job.folder}/log`, {
            maxSize: job.limit,
            maxFiles: job.backups,
            bufferSize: 65_536,
            formatter: ({ rawMessage }) => `${rawMessage}\n`,
          }),
        },
        loggers: [
          { category: "bench", sinks: ["file"], lowestLevel: "debug" },
          { category: ["logtape", "meta"], sinks: [] },
        ],
      });
      const logger = getLogger("bench");
      return async (lines) => {
        await inTurns(lines, (line) => logger.info(line));
        await dispose();
      };
    },
  },
};

function pino(options) {
  return {
    // Without time and host name, which a ready-made line has already.
    form: (line) => `{"level":30,"msg":${JSON.stringify(line)}}\n`,
    async prepare() {
      const stream = await load("pino-roll")({
        file: `${job.folder}/log`,
        size: `${job.limit / 1024}k`,
        ...options,
      });
      const logger = load("pino")({ base: null, timestamp: false }, stream);
      return async (lines) => {
        for (let n = 0; n < lines.length; n++) {
          logger.info(lines[n]);
          if (n % TURN !== TURN - 1) continue;
          // It rotates only when all that it was given is written. A turn is
          // more than minLength, so there is something on its way.
          if (options.sync) await nextTurn();
          else await once(stream, "drain");
        }
        const closed = once(stream, "close");
        stream.end();
        await closed;
      };
    },
  };
}

/** pino's own stream, which never rotates. */
function pinoAlone(options) {
  return {
    form: (line) => `{"level":30,"msg":${JSON.stringify(line)}}\n`,
    prepare() {
      const pino = load("pino");
      const stream = pino.destination({
        dest: `${job.folder}/log`,
        ...options,
      });
      const logger = pino({ base: null, timestamp: false }, stream);
      return async (lines) => {
        await inTurns(lines, (line) => logger.info(line));
        const closed = once(stream, "close");
        stream.end();
        await closed;
      };
    },
  };
}

/** Most of these do their work only when the event loop turns: let it, now and then. */
async function inTurns(lines, log) {
  for (let n = 0; n < lines.length; n++) {
    log(lines[n]);
    if (n % TURN === TURN - 1) await nextTurn();
  }
}

function nextTurn() {
  return new Promise((resolve) => globalThis.setImmediate(resolve));
}

/** Some of these call themselves finished before their bytes are in the files. */
async function landed(bytes) {
  let last = -1;
  let since = performance.now();
  for (;;) {
    const size = sizeOfFiles();
    if (size >= bytes) return;
    if (size !== last) since = performance.now();
    else if (performance.now() - since > 5_000) return; // The check will tell.
    last = size;
    await new Promise((go) => setTimeout(go, 1));
  }
}

function sizeOfFiles() {
  let size = 0;
  for (const name of fs.readdirSync(job.folder)) {
    if (name.startsWith(".")) continue;
    size += fs.statSync(`${job.folder}/${name}`, { throwIfNoEntry: false })
      ?.size ?? 0;
  }
  return size;
}

const contender = CONTENDERS[job.name];
const lines = fs.readFileSync(job.lines, "utf8").split("\n").slice(0, -1);
let bytes = 0;
const encoder = new TextEncoder();
for (const line of lines) {
  bytes += encoder.encode(contender.form(line)).length;
}
const write = await contender.prepare();
const start = performance.now();
await write(lines);
await landed(bytes);
const seconds = (performance.now() - start) / 1000;
const { deno, node } = process.versions;
const runtime = deno === undefined ? `Node ${node}` : `Deno ${deno}`;
console.log(JSON.stringify({ seconds, runtime }));
