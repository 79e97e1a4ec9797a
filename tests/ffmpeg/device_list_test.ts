import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  type ListedDevice,
  type Listing,
  parseSources,
} from "../../src/ffmpeg/device_lines.ts";
import { deviceQueries, joinListings } from "../../src/ffmpeg/device_list.ts";
import { parseDevice } from "../../src/ffmpeg/devices.ts";

const FIXTURES = new URL("../fixtures/devices/", import.meta.url);

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

Deno.test("sources of PulseAudio are read with the server's default, brackets in descriptions too", () => {
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

Deno.test("sources are read of an ffmpeg that tells no kinds", () => {
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

Deno.test("a sound server that does not answer is no device and no silence", () => {
  assertEquals(read("linux", "pulse", "pulse_without_server"), {
    devices: [],
    trouble: "pulse does not answer: Generic error in an external library",
  });
});

Deno.test("an ffmpeg without an input is said to be without it", () => {
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

Deno.test("of ALSA's list the cards and the default are devices, its plugins are not", () => {
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

Deno.test("AVFoundation's audio devices are read, its cameras and what follows are not", () => {
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

Deno.test("DirectShow's audio devices are read below their heading", () => {
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

Deno.test("DirectShow's audio devices are read by the kind behind each name", () => {
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

Deno.test("every device is listed as --device takes it", () => {
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

Deno.test("only one device is the default, that of the sound server before that of ALSA", () => {
  const pulse = read("linux", "pulse", "pulse");
  const alsa = read("linux", "alsa", "alsa_card");
  const marked = (listings: Listing[]) =>
    joinListings(listings).filter((device) => device.default)
      .map(({ device }) => device);
  assertEquals(marked([pulse, alsa]), ["pulse:loop.monitor"]);
  assertEquals(marked([{ devices: [], trouble: "x" }, alsa]), ["alsa:default"]);
});

Deno.test("a refusal of DirectShow is told in its own words", () => {
  const [query] = deviceQueries("windows");
  const listing = query?.parse({
    stdout: [],
    stderr: ["Cannot load library", ""],
  });
  assertMatch(listing?.trouble ?? "", /dshow does not answer: Cannot load/);
});
