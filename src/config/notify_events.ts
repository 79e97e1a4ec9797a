/**
 * The notifications that a recording can send.
 *
 * @module
 */

/** Names of notifications, as in `notify.on`. */
export const NOTIFY_EVENTS = [
  "started",
  "outage",
  "recovered",
  "silence",
  "sound",
  "disk_low",
  "disk_full",
  "log_trouble",
  "ended",
  "crashed",
  "heartbeat",
] as const;

/** One of {@linkcode NOTIFY_EVENTS}. */
export type NotifyEvent = typeof NOTIFY_EVENTS[number];
