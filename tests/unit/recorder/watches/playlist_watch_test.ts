import { assertEquals } from "@std/assert";
import {
  describeNotAudio,
  identifyText,
} from "../../../../src/recorder/watches/playlist_watch.ts";

const URL_IN = "http://host:8000/live?x=1";

const TEXTS: readonly (readonly [string, string, string | null])[] = [
  [
    `[playlist]\r\nNumberOfEntries=1\r\nFile1=${URL_IN}\r\n`,
    "a playlist (.pls)",
    URL_IN,
  ],
  [
    `#EXTM3U\n#EXTINF:-1,Radio\n${URL_IN}\n`,
    "a playlist (.m3u)",
    URL_IN,
  ],
  [`\ufeff\n${URL_IN}\r\n`, "a playlist (.m3u)", URL_IN],
  ["#EXTM3U\nsong.mp3\n", "a playlist (.m3u)", null],
  [
    `<asx version="3.0"><entry><ref href="${URL_IN}"/></entry></asx>`,
    "a playlist (.asx)",
    URL_IN,
  ],
  [
    `<?xml version="1.0"?><playlist xmlns="http://xspf.org/ns/0/"><trackList><track><location>${URL_IN}</location></track></trackList></playlist>`,
    "a playlist (.xspf)",
    URL_IN,
  ],
  [
    '<!DOCTYPE html>\n<a href="http://hotspot/login">',
    "a web page, such as a network's login page",
    null,
  ],
];

for (const [text, what, url] of TEXTS) {
  Deno.test(`identifyText: recognizes ${what} in ${JSON.stringify(text.slice(0, 20))}`, () => {
    assertEquals(identifyText(text), { what, url });
  });
}

Deno.test("identifyText: recognizes nothing in audio and other texts", () => {
  for (const text of ["", "RIFF\u0000WAVEfmt", "fLaC", "OggS", "Not found"]) {
    assertEquals(identifyText(text), null);
  }
});

Deno.test("describeNotAudio: names the stream in a playlist", () => {
  assertEquals(
    describeNotAudio("http://a/x.pls", { what: "a playlist", url: "http://b" }),
    "http://a/x.pls is a playlist, not audio; the stream in it is http://b",
  );
  assertEquals(
    describeNotAudio("http://a/", { what: "a web page", url: null }),
    "http://a/ is a web page, not audio",
  );
});
