/**
 * Random events, of every kind and with every field.
 *
 * @module
 */

import type {
  DetailValue,
  EventName,
  Level,
  SessionEvent,
  Severity,
} from "../../src/events.ts";
import { STOP_REASONS } from "../../src/events.ts";
import { levelOfSeverity } from "../../src/ffmpeg/stderr.ts";
import { unknownWord } from "./events.ts";
import type { Random } from "./random.ts";

export { EVENT_NAMES } from "../../src/events.ts";

/** Every severity. */
export const SEVERITIES: readonly [Severity, ...Severity[]] = [
  "panic",
  "fatal",
  "error",
  "warning",
  "info",
  "verbose",
  "debug",
  "trace",
];

/** Every reason to stop. */
export const REASONS = STOP_REASONS;

/** An event that a line can keep: whole seconds, as many decimals as are written. */
export function randomEvent(random: Random, name: EventName): SessionEvent {
  const text = () => random.text().toWellFormed();
  const word = () => random.pick(["lost", "device_gone", "null", "12", text()]);
  const count = () => random.int(0, 2 ** random.int(1, 50));
  const time = () => random.int(0, 4_102_444_800_000);
  const seconds = () => random.int(0, 10_000_000) / 1000;
  const orNull = <T>(value: T) => random.oneIn(4) ? null : value;
  const event = { time: random.int(0, 4_102_444_800) * 1000 };
  switch (name) {
    case "session_start":
      return {
        ...event,
        event: name,
        session_id: word(),
        start: time(),
        device: text(),
        sample_rate: count(),
        channels: count(),
        bit_depth: orNull(count()),
        timezone: text(),
        codec: word(),
        format: word(),
        segment_duration: seconds(),
        output_dir: text(),
        config: orNull(text()),
        overrides: text(),
        log_level: word(),
        log_rotation: word(),
        log_max_bytes: count(),
        log_backup_count: count(),
        echolog: word(),
        ffmpeg: orNull(text()),
        os: text(),
        pid: count(),
      };
    case "ffmpeg_command":
      return { ...event, event: name, run: count(), command: text() };
    case "ffmpeg_started":
      return {
        ...event,
        event: name,
        run: count(),
        pid: count(),
        latency: seconds(),
      };
    case "ffmpeg_stderr": {
      const severity = random.pick(SEVERITIES);
      const level = random.pick<Level>(["DEBUG", "INFO", "WARNING", "ERROR"]);
      return {
        ...event,
        event: name,
        run: count(),
        severity,
        context: orNull(word()),
        line: text(),
        ...random.oneIn(2) ? { at: time() } : {},
        ...level === levelOfSeverity(severity) ? {} : { level },
        ...random.oneIn(2)
          ? { count: count(), first: time(), last: time() }
          : {},
      };
    }
    case "ffmpeg_stopped":
      return {
        ...event,
        event: name,
        run: count(),
        exit_code: orNull(count()),
        signal: orNull(word()),
        stopped_by: orNull(word()),
      };
    case "chunk_created":
      return {
        ...event,
        event: name,
        file: text(),
        seq: count(),
        run: count(),
        start: time(),
        end: time(),
        duration: seconds(),
        size: count(),
        peak_dbfs: orNull(
          random.oneIn(4) ? -Infinity : random.int(-1200, -1) / 10,
        ),
        ...random.oneIn(2) ? { recovered: random.oneIn(2) } : {},
      };
    case "chunk_deleted":
      return {
        ...event,
        event: name,
        session_id: word(),
        file: text(),
        seq: count(),
        start: time(),
        end: time(),
        size: count(),
        rule: unknownWord(word()),
      };
    case "gap":
      return {
        ...event,
        event: name,
        start: time(),
        end: time(),
        duration: seconds(),
        cause: unknownWord(word()),
      };
    case "recovery":
      return {
        ...event,
        event: name,
        attempt: count(),
        delay: seconds(),
        cause: unknownWord(word()),
        exit_code: orNull(count()),
        signal: orNull(word()),
      };
    case "warning":
    case "error":
      return {
        ...event,
        event: name,
        code: unknownWord(word()),
        message: text(),
        ...random.oneIn(2) ? { details: randomDetails(random) } : {},
      };
    case "log_rotated":
      return {
        ...event,
        event: name,
        session_id: word(),
        part: count(),
        reason: word(),
        start: time(),
      };
    case "session_stop":
      return {
        ...event,
        event: name,
        reason: random.pick(REASONS),
        exit_code: count(),
        chunks: count(),
        audio: seconds(),
        wall: seconds(),
        coverage: random.int(0, 10_000) / 100,
        gaps: count(),
        gap_total: seconds(),
        retries: count(),
        warnings: count(),
        errors: count(),
        log_lines_dropped: count(),
      };
  }
}

function randomDetails(random: Random): Record<string, DetailValue> {
  const details: Record<string, DetailValue> = {};
  for (let count = random.int(1, 4); count > 0; count--) {
    details[random.pick(["a", "b_2", "_c", "D", "path"])] = random.pick<
      () => DetailValue
    >([
      () => null,
      () => random.oneIn(2),
      () => random.int(-1_000_000, 1_000_000),
      () => random.next() * 10 ** random.int(-20, 20),
      () => random.text().toWellFormed(),
      () => random.pick(["", "null", "true", "12", "-1.5", "1e+21", "1e5"]),
    ])();
  }
  return details;
}
