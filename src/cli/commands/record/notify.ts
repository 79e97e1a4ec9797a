/**
 * What a recording reports to the outside: notifications, and the state of its
 * service.
 *
 * @module
 */

import type { Settings } from "../../../config/settings.ts";
import type { SessionStop } from "../../../events.ts";
import { Handover } from "../../../recorder/rollover/handover.ts";
import { Notifier } from "../../../notify/notifier.ts";
import { NotifyQueue } from "../../../notify/queue.ts";
import { commandRedactor } from "../../../notify/secrets.ts";
import { ServiceStatus } from "../../../notify/service_status.ts";
import { systemClock } from "../../../platform/clock.ts";
import { env, machineName } from "../../../platform/host.ts";
import type { EventStream } from "../../../recorder/event_stream.ts";
import type { Redact } from "../../../redact/redact.ts";
import { timesFor } from "../../args/times.ts";

/** The first command waits: opening the device comes first. */
const START_DELAY_MS = 500;

/** Reports on the sessions of a recorder. */
export interface Notifications extends Disposable {
  /** Takes the events of a session, until disposed of. */
  watch(events: EventStream): Watched;
  /** Takes a line about trouble with the log. */
  logTrouble(line: string): void;
}

/** A session that is reported on. */
export interface Watched extends Disposable {
  /** Reports its end, for five seconds at most. */
  finish(stop: SessionStop): Promise<void>;
}

/** Returns the notifications that the settings and the service manager ask for. */
export function notificationsFor(
  settings: Settings,
  redact: Redact,
): Notifications {
  const streams: EventStream[] = [];
  const times = timesFor({ switches: new Set() });
  const mask = commandRedactor(settings.notifyCommand);
  const notifier = settings.notifyCommand.length === 0 ? null : new Notifier({
    rules: { after: settings.notifyAfter, heartbeat: settings.notifyHeartbeat },
    on: settings.notifyOn,
    queue: new NotifyQueue({
      command: settings.notifyCommand,
      timeout: settings.notifyTimeout,
      delay: START_DELAY_MS,
      clock: systemClock,
      onFailure: (message, failures) =>
        // Logged where it can still be logged.
        streams.findLast(({ isClosed }) => !isClosed)?.emit({
          event: "warning",
          time: systemClock.now(),
          code: "notify_failed",
          message: mask(redact(message)),
          details: { failures },
        }),
    }),
    machine: machineName(),
    times,
    redact,
    clock: systemClock,
  });
  const service = isService()
    ? new ServiceStatus({ clock: systemClock, times, redact })
    : null;
  const handover = new Handover(
    [notifier, service].filter((sink) => sink !== null),
  );
  return {
    watch(stream) {
      streams.push(stream);
      const lane = handover.next();
      stream.add(lane);
      return {
        async finish(stop) {
          // After a rollover, the recording continues in another session.
          if (lane.finish(stop)) await notifier?.finish();
        },
        [Symbol.dispose]() {
          lane[Symbol.dispose]();
          streams.splice(streams.indexOf(stream), 1);
        },
      };
    },
    logTrouble: (line) => notifier?.logTrouble(line),
    [Symbol.dispose]: () => notifier?.[Symbol.dispose](),
  };
}

/** Whether a service manager waits for reports (sd_notify(3)). */
function isService(): boolean {
  return Deno.build.os === "linux" && (env("NOTIFY_SOCKET") ?? "") !== "";
}
