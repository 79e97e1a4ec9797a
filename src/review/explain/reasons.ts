/**
 * Explains the reasons of a session's end in plain language.
 *
 * @module
 */

import { STOP_REASONS, type StopReason } from "../../events.ts";
import { inWords, type Meaning } from "./glossary.ts";

/** Returns the meaning of the reason of a session's end. */
export function meaningOfReason(reason: string): Meaning {
  const known = STOP_REASONS.find((one) => one === reason);
  return known === undefined
    ? {
      text: `It ended: ${
        inWords(reason)
      } (this version of echolog does not know that reason)`,
      advice: null,
    }
    : meaningOf(known);
}

function meaningOf(reason: StopReason): Meaning {
  switch (reason) {
    case "interrupted":
      return { text: "It was stopped with Ctrl-C (SIGINT)", advice: null };
    case "terminated":
      return {
        text:
          "It was stopped by SIGTERM, as sent by kill, systemd or a shutdown",
        advice: null,
      };
    case "hangup":
      return {
        text: "Its terminal was closed (SIGHUP), and it stopped",
        advice:
          "start it from cron, systemd or tmux, or with nohup, to let it outlive the terminal",
      };
    case "duration_reached":
      return { text: "It stopped after the requested duration", advice: null };
    case "stop_command":
      return { text: "It was stopped by echolog stop", advice: null };
    case "rollover":
      return {
        text:
          "It reached recording.session_duration, and the recorder continued in a new session",
        advice: null,
      };
    case "start_failed":
      return { text: "No audio was received, and it gave up", advice: null };
    case "gave_up":
      return {
        text: "It gave up: the session's folder could no longer be written to",
        advice: "check the disk and the permissions of the folder",
      };
    case "disk_full":
      return {
        text: "It stopped because the disk was full",
        advice:
          "make room, or choose another --output-dir; disk.min_free_bytes sets when you are warned",
      };
    case "fatal_error":
      return {
        text: "It ended because of an error in echolog itself",
        advice: "report it with this log: that should not happen",
      };
    case "crashed":
      return {
        text:
          "The recorder was killed without logging a reason: with SIGKILL, or by the kernel when memory ran out",
        advice:
          "see journalctl -k or dmesg for that time; a service manager or cron can start it again",
      };
    case "rebooted":
      return {
        text: "The machine went down, and the recorder with it",
        advice:
          "let cron (@reboot) or systemd start it again; last -x lists reboots",
      };
  }
}
