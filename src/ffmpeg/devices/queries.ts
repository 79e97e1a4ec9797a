/**
 * The queries that list capture devices on each platform.
 *
 * @module
 */

import {
  type ListedDevice,
  type Listing,
  parseAvfoundation,
  parseDshow,
  parseSources,
  type Printed,
} from "./parse.ts";

/** A query for one kind of device. */
export interface DeviceQuery {
  /** ffmpeg's name for the kind. */
  readonly format: string;
  /** Arguments for ffmpeg. */
  readonly args: readonly string[];
  /** Parses ffmpeg's output. */
  parse(printed: Printed): Listing;
}

/** The device that needs no sound card. */
export const TEST_DEVICE: ListedDevice = {
  device: "test",
  description: "a 440 Hz tone made by ffmpeg, no sound card",
  default: false,
};

/** Returns the queries for a platform, the kind recorded by default first. */
export function deviceQueries(os: string): readonly DeviceQuery[] {
  switch (os) {
    case "darwin":
      return [{
        format: "avfoundation",
        args: listArgs("-f", "avfoundation", "-list_devices", "true", "-i", ""),
        parse: parseAvfoundation,
      }];
    case "windows":
      return [{
        format: "dshow",
        args: listArgs("-list_devices", "true", "-f", "dshow", "-i", "dummy"),
        parse: parseDshow,
      }];
    default:
      return ["pulse", "alsa"].map((format) => ({
        format,
        args: listArgs("-sources", format),
        parse: ({ stdout }) => parseSources(format, stdout),
      }));
  }
}

/**
 * Joins the lists of several kinds. Only one device is the default: that of the
 * first kind that has one.
 */
export function joinListings(listings: readonly Listing[]): ListedDevice[] {
  let hasDefault = false;
  return listings.flatMap(({ devices }) => {
    const isTaken = hasDefault;
    hasDefault ||= devices.some((device) => device.default);
    return devices.map((device) => ({
      ...device,
      default: device.default && !isTaken,
    }));
  });
}

function listArgs(...args: string[]): string[] {
  return ["-hide_banner", ...args];
}
