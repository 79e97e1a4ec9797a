import { assertEquals } from "@std/assert";
import { parseDevice } from "../../../../src/audio/device.ts";
import {
  mayBePlugIn,
  namedSource,
  pulseVariables,
} from "../../../../src/ffmpeg/pulse/properties.ts";

function device(spec: string) {
  const device = parseDevice(spec);
  if (device === null) throw new Error(spec);
  return device;
}

Deno.test("namedSource: returns null for a default and for other devices", () => {
  assertEquals(namedSource(device("pulse:mic")), "mic");
  for (
    const spec of [
      ...["pulse:default", "pulse:@DEFAULT_SOURCE@", "pulse:@DEFAULT_MONITOR@"],
      ...["alsa:hw:1,0", "test"],
    ]
  ) assertEquals(namedSource(device(spec)), null, spec);
});

Deno.test("pulseVariables: keeps a named source and the user's own properties", () => {
  assertEquals(pulseVariables(device("pulse:mic"), undefined, "t"), {
    PULSE_PROP:
      "node.dont-reconnect=true node.dont-fallback=true echolog.session=t",
  });
  assertEquals(pulseVariables(device("pulse:mic"), "media.role=x", null), {
    PULSE_PROP: "media.role=x node.dont-reconnect=true node.dont-fallback=true",
  });
});

Deno.test("pulseVariables: lets the default follow", () => {
  assertEquals(pulseVariables(device("pulse:default"), undefined, "t"), {
    PULSE_PROP: "echolog.session=t",
  });
  assertEquals(pulseVariables(device("pulse:default"), undefined, null), {});
  assertEquals(pulseVariables(device("alsa:hw:0"), "x=y", "t"), {});
});

Deno.test("pulseVariables: marks the stream of a device that may be ALSA's plug-in", () => {
  for (const spec of ["alsa:mic", "alsa:default", "alsa:pulse"]) {
    assertEquals(mayBePlugIn(device(spec)), true, spec);
    assertEquals(pulseVariables(device(spec), undefined, "t"), {
      PULSE_PROP: "echolog.session=t",
    });
  }
  for (const spec of ["alsa:hw:CARD=X", "alsa:plughw:1", "pulse:mic", "test"]) {
    assertEquals(mayBePlugIn(device(spec)), false, spec);
  }
});
