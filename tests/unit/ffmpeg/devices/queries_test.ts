import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  type ListedDevice,
  type Listing,
  parseSources,
} from "../../../../src/ffmpeg/devices/parse.ts";
import {
  deviceQueries,
  joinListings,
} from "../../../../src/ffmpeg/devices/queries.ts";
import { parseDevice } from "../../../../src/audio/device.ts";

const FIXTURES = new URL("../../../fixtures/devices/", import.meta.url);

/** What is read of a recorded output, asked as on the platform. */
function read(os: string, format: string, fixture: string): Listing {
  const text = Deno.readTextFileSync(new URL(`${fixture}.txt`, FIXTURES));
  const lines = text.split("\n").slice(0, -1);
  const query = deviceQueries(os).find((query) => query.format === format);
  assert(query !== undefined);
  return os === "linux"
    ? query.parse({ stdout: lines, stderr: [] })
    : query.parse({ stdout: [], stderr: lines });
}

function device(
  device: string,
  description: string,
  isDefault = false,
): ListedDevice {
  return { device, description, default: isDefault };
}

Deno.test("parseSources: reads PulseAudio sources with the default and brackets in descriptions", () => {
  assertEquals(read("linux", "pulse", "pulse"), {
    trouble: null,
    devices: [
      device("pulse:loop.monitor", "Monitor of Null Output", true),
      device(
        "pulse:alsa_output.usb-Speakers-00.analog-stereo.monitor",
        "Monitor of Null Output",
      ),
      device(
        "pulse:alsa_input.pci-0000_00_1f.3.analog-stereo",
        "Built-in Audio [Analog] (Stereo)",
      ),
    ],
  });
});

Deno.test("parseSources: reads sources from an ffmpeg that lists no kinds", () => {
  assertEquals(read("linux", "pulse", "pulse_ffmpeg_4").devices, [
    device(
      "pulse:alsa_output.pci-0000_00_1f.3.analog-stereo.monitor",
      "Monitor of Built-in Audio Analog Stereo",
    ),
    device(
      "pulse:alsa_input.pci-0000_00_1f.3.analog-stereo",
      "Built-in Audio Analog Stereo",
      true,
    ),
  ]);
});

Deno.test("parseSources: reports a sound server that does not answer", () => {
  assertEquals(read("linux", "pulse", "pulse_without_server"), {
    devices: [],
    trouble: "pulse does not answer: Generic error in an external library",
  });
});

Deno.test("deviceQueries: reports an input that ffmpeg lacks", () => {
  assertEquals(parseSources("pulse", []), {
    devices: [],
    trouble: "this ffmpeg cannot record from pulse",
  });
  const [query] = deviceQueries("darwin");
  assertEquals(
    query?.parse({
      stdout: [],
      stderr: ["Unknown input format: 'avfoundation'"],
    }),
    { devices: [], trouble: "this ffmpeg cannot record from avfoundation" },
  );
});

Deno.test("parseSources: lists ALSA's cards and default but not its plugins", () => {
  assertEquals(
    read("linux", "alsa", "alsa_card").devices.map(({ device }) => device),
    [
      "alsa:hw:CARD=PCH,DEV=0",
      "alsa:plughw:CARD=PCH,DEV=0",
      "alsa:default",
      "alsa:sysdefault:CARD=PCH",
      "alsa:front:CARD=PCH,DEV=0",
      "alsa:dsnoop:CARD=PCH,DEV=0",
    ],
  );
  assertEquals(read("linux", "alsa", "alsa").devices, [
    device(
      "alsa:default",
      "Playback/recording through the PulseAudio sound server",
      true,
    ),
  ]);
  assertEquals(read("linux", "alsa", "alsa_without_server"), {
    devices: [],
    trouble: null,
  });
});

Deno.test("parseAvfoundation: lists audio devices and skips cameras and later lines", () => {
  const systemDefault = device(
    "avfoundation::default",
    "the input that is chosen in the system's settings",
    true,
  );
  assertEquals(read("darwin", "avfoundation", "avfoundation"), {
    trouble: null,
    devices: [
      systemDefault,
      device("avfoundation::0", "MacBook Pro Microphone"),
      device("avfoundation::1", "USB Audio [Line In]"),
    ],
  });
  assertEquals(read("darwin", "avfoundation", "avfoundation_ffmpeg_3"), {
    trouble: null,
    devices: [
      systemDefault,
      device("avfoundation::0", "Loopback (64ch)"),
      device("avfoundation::1", "Built-in Microphone"),
    ],
  });
});

Deno.test("parseDshow: lists audio devices below their heading", () => {
  assertEquals(read("windows", "dshow", "dshow_sections"), {
    trouble: null,
    devices: [
      device(
        "dshow:audio=Microphone Array (Realtek High Definition Audio)",
        "Microphone Array (Realtek High Definition Audio)",
      ),
      device("dshow:audio=Line In (USB Audio)", "Line In (USB Audio)"),
    ],
  });
});

Deno.test("parseDshow: lists audio devices by the kind after each name", () => {
  assertEquals(read("windows", "dshow", "dshow_kinds"), {
    trouble: null,
    devices: [
      device("dshow:audio=Capture Card", "Capture Card"),
      device(
        "dshow:audio=Microphone (Realtek(R) Audio)",
        "Microphone (Realtek(R) Audio)",
      ),
    ],
  });
});

Deno.test("deviceQueries: lists every device in the form that --device accepts", () => {
  const lists = [
    read("linux", "pulse", "pulse"),
    read("linux", "alsa", "alsa_card"),
    read("darwin", "avfoundation", "avfoundation"),
    read("windows", "dshow", "dshow_kinds"),
  ];
  for (const { device } of lists.flatMap(({ devices }) => devices)) {
    assertEquals(parseDevice(device)?.kind, "format", device);
  }
});

Deno.test("joinListings: marks one default and prefers the sound server's to ALSA's", () => {
  const pulse = read("linux", "pulse", "pulse");
  const alsa = read("linux", "alsa", "alsa_card");
  const marked = (listings: Listing[]) =>
    joinListings(listings).filter((device) => device.default)
      .map(({ device }) => device);
  assertEquals(marked([pulse, alsa]), ["pulse:loop.monitor"]);
  assertEquals(marked([{ devices: [], trouble: "x" }, alsa]), ["alsa:default"]);
});

Deno.test("parseDshow: reports an error of DirectShow in its own words", () => {
  const [query] = deviceQueries("windows");
  const listing = query?.parse({
    stdout: [],
    stderr: ["Cannot load library", ""],
  });
  assertMatch(listing?.trouble ?? "", /dshow does not answer: Cannot load/);
});
