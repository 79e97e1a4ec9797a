/**
 * `echolog status --prometheus`: the status as metrics, for a textfile
 * collector.
 *
 * @module
 */

import type { Seconds } from "../../../events.ts";
import type { SessionStatus } from "../../../sessions/status.ts";
import { audioAge, exitCodeOf, judge } from "./check.ts";

/** A metric of a session. */
interface Metric {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  /** Returns its value, or `null` when it is unknown. */
  value(status: SessionStatus, now: number, maxAge: Seconds): number | null;
}

const METRICS: readonly Metric[] = [
  {
    name: "echolog_up",
    type: "gauge",
    help: "Whether the recorder of the session is alive.",
    value: ({ state }) => state === "crashed" || state === "unknown" ? 0 : 1,
  },
  {
    name: "echolog_check_state",
    type: "gauge",
    help:
      "Result of echolog status --check: 0 ok, 1 warning, 2 critical, 3 unknown.",
    value: (status, _now, maxAge) => exitCodeOf(judge(status, maxAge).state),
  },
  {
    name: "echolog_last_audio_timestamp_seconds",
    type: "gauge",
    help: "When the last audio was received.",
    value: (status, now) => {
      const age = audioAge(status);
      return age === null ? null : Math.round(now - age * 1000) / 1000;
    },
  },
  {
    name: "echolog_outage_seconds",
    type: "gauge",
    help: "How long audio has been missing; 0 while it is received.",
    value: ({ outage }) => outage?.duration ?? 0,
  },
  {
    name: "echolog_silent",
    type: "gauge",
    help: "Whether there is silence on all channels, or on some.",
    value: ({ details }) =>
      details === null
        ? null
        : details.silent_since !== null || details.quiet_since !== null ||
            details.silent_channel_list.length > 0
        ? 1
        : 0,
  },
  {
    name: "echolog_audio_seconds_total",
    type: "counter",
    help: "Length of the audio in finished chunks.",
    value: ({ details }) => details?.audio ?? null,
  },
  {
    name: "echolog_chunks_total",
    type: "counter",
    help: "Number of finished chunks.",
    value: ({ details }) => details?.chunks ?? null,
  },
  {
    name: "echolog_bytes_total",
    type: "counter",
    help: "Size of the finished chunks.",
    value: ({ details }) => details?.bytes ?? null,
  },
  {
    name: "echolog_gaps_total",
    type: "counter",
    help: "Number of gaps.",
    value: ({ gaps }) => gaps,
  },
  {
    name: "echolog_gap_seconds_total",
    type: "counter",
    help: "Length of all gaps.",
    value: ({ gap_total }) => gap_total,
  },
  {
    name: "echolog_restarts_total",
    type: "counter",
    help: "Number of restarts of ffmpeg.",
    value: ({ details }) => details?.retries ?? null,
  },
  {
    name: "echolog_coverage_ratio",
    type: "gauge",
    help: "Share of audio and gaps that is audio.",
    value: ({ coverage }) =>
      coverage === null ? null : Number((coverage / 100).toFixed(4)),
  },
  {
    name: "echolog_free_bytes",
    type: "gauge",
    help: "Free space on the disk.",
    value: ({ free_bytes }) => free_bytes,
  },
];

/** Returns the metrics of sessions in the text format of Prometheus. */
export function renderMetrics(
  found: readonly SessionStatus[],
  now: number,
  maxAge: Seconds,
): string {
  const alive = found.filter(({ state }) =>
    state !== "crashed" && state !== "unknown"
  );
  const lines = [
    "# HELP echolog_recorders Number of recorders that are alive.",
    "# TYPE echolog_recorders gauge",
    // At a rollover, one of them has two sessions.
    `echolog_recorders ${new Set(alive.map(({ pid }) => pid)).size}`,
    ...METRICS.flatMap((metric) => {
      const samples = found.flatMap((status) => {
        const value = metric.value(status, now, maxAge);
        return value === null
          ? []
          : [`${metric.name}{${labelsOf(status)}} ${value}`];
      });
      return samples.length === 0 ? [] : [
        `# HELP ${metric.name} ${metric.help}`,
        `# TYPE ${metric.name} ${metric.type}`,
        ...samples,
      ];
    }),
  ];
  return lines.join("\n");
}

function labelsOf({ session_id, details, folder }: SessionStatus): string {
  const escaped = (text: string) =>
    text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll(
      "\n",
      "\\n",
    );
  return [
    ["session", session_id],
    ["device", details?.device ?? ""],
    ["folder", folder],
  ].map(([name, value = ""]) => `${name}="${escaped(value)}"`).join(",");
}
