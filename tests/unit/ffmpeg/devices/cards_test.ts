import { assert, assertEquals } from "@std/assert";
import { parseDevice } from "../../../../src/audio/device.ts";
import { cardNames, namedCard } from "../../../../src/ffmpeg/devices/cards.ts";

const CARDS = ` 0 [PCH            ]: HDA-Intel - HDA Intel PCH
                      HDA Intel PCH at 0xf7f10000 irq 29
 1 [Device         ]: USB-Audio - USB Audio Device
                      C-Media USB Audio Device at usb-0000:00:14.0-2, full speed
12 [U192k          ]: USB-Audio - UMC404HD 192k
`;

Deno.test("cardNames: reads the kernel's list of cards", () => {
  assertEquals([...cardNames(CARDS)], [
    [0, "PCH"],
    [1, "Device"],
    [12, "U192k"],
  ]);
  // As it is read: without spaces around it.
  assertEquals(cardNames(CARDS.trim()).get(0), "PCH");
  assertEquals(cardNames("--- no soundcards ---").size, 0);
});

Deno.test("namedCard: names a card that is given by its number", () => {
  const cases: [string, string | null][] = [
    ["alsa:hw:1,0", "alsa:hw:CARD=Device,DEV=0"],
    ["alsa:hw:1", "alsa:hw:CARD=Device"],
    ["alsa:plughw:12,0,1", "alsa:plughw:CARD=U192k,DEV=0,SUBDEV=1"],
    ["alsa:hw:CARD=0,DEV=2", "alsa:hw:CARD=PCH,DEV=2"],
    ["alsa:sysdefault:0", "alsa:sysdefault:CARD=PCH"],
    ["alsa:hw:CARD=Device,DEV=0", null],
    ["alsa:hw:Device,0", null],
    ["alsa:hw:3,0", null],
    ["alsa:default", null],
    ["pulse:1", null],
    ["test", null],
  ];
  for (const [spec, named] of cases) {
    const device = parseDevice(spec);
    assert(device !== null);
    assertEquals(namedCard(device, CARDS), named, spec);
    assertEquals(namedCard(device, ""), null, spec);
  }
});
