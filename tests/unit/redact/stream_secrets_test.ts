import { assert, assertEquals, assertFalse } from "@std/assert";
import { isCommonName, looksRandom } from "../../../src/redact/random_text.ts";
import { createRedactor, secretsOf } from "../../../src/redact/redact.ts";
import { SECRET_FORMS } from "../../support/stream_secrets.ts";

/** Texts that have nothing to hide. */
const HARMLESS: readonly string[] = [
  "rtsp://cam.example:554/Streaming/Channels/101",
  "rtsp://cam/h264Preview_01_main",
  "rtsp://cam/cam/realmonitor?channel=1&subtype=0",
  "rtsp://cam/axis-media/media.amp?videocodec=h264&audio=1",
  "rtsp://cam/live/ch00_0",
  "rtsp://cam/onvif1",
  "rtsp://cam:88/videoMain",
  "rtsp://cam/profile1/media.smp",
  "rtsp://cam/ISAPI/Streaming/channels/102/httpPreview",
  "rtsp://cam/11",
  "rtsp://cam/stream1",
  "rtsp://cam/media/video1/multicast",
  "rtsp://cam/mpeg4/ch01/main/av_stream",
  "rtsp://cam/unicast/c1/s0/live",
  "rtsps://cam:322/axis-media/media.amp",
  "rtsps://cam/stream1",
  "rtmp://h/live/stream1",
  "rtmp://h/live",
  "rtmp://h:1935/live/cam1",
  "rtmp://h/vod/sample.mp4",
  "http://cam/flv?port=1935&app=bcs&stream=channel0_main.bcs",
  "http://cam/livestream.cgi?user=admin&streamid=0&audio=1",
  "http://cam/cgi-bin/audio.cgi?action=getAudio&httptype=singlepart&channel=1",
  "http://radio.example:8000/stream.mp3",
  "http://radio.example:8000/listen.pls?sort=name",
  "http://icecast.example/bbc_radio_fourfm",
  "http://stream.example/BBCRadio4FM/playlist.m3u8",
  "https://stream.example/hls/live/2037458/master.m3u8",
  "https://stream.example/chunklist_w1234567890_b128000.m3u8",
  "https://stream.example/segment_20250922T100000Z_00012.ts",
  "https://stream.example/audio-aac-48000-stereo-128kbps.aac",
  "https://stream.example/archive/2025/09/22/morning-show.mp3",
  "https://stream.example/deutschlandfunk-kultur/high.aac",
  "https://stream.example/interviews-mit-gaesten/folge-012.ogg",
  "https://stream.example/v1/streams/kitchen/index.m3u8",
  "https://stream.example/show2025s01e05p1.mp3",
  "https://github.com/example/echolog/blob/main/docs/troubleshooting.md",
  "https://trac.ffmpeg.org/wiki/StreamingGuide",
  "https://datatracker.ietf.org/doc/html/rfc7826",
  "https://www.freedesktop.org/wiki/Software/PulseAudio",
  "udp://239.0.0.1:5004?localaddr=10.0.0.1&fifo_size=1000000",
  "rtp://239.69.250.255:5004?localrtcpport=5005",
  "srt://h:9000?mode=listener&latency=200000",
  "srt://h:9000?pbkeylen=16&enforced_encryption=1",
  "tcp://10.0.0.7:9000?listen=1",
  "file:///home/ann/Zk3Qp9LmT2vR8sWd.flac",
  "output_dir=/srv/audio/Zk3Qp9LmT2vR8sWd",
  "icy-name: Радио Маяк = как есть, код=5",
  "title=Ça va? – Été à la plage: «près»",
  "StreamTitle='\u30ab\uff1a\u30e9\uff1d\u30aa'",
  "access=RW_INTERLEAVED code=401 policy=none",
  "http://c/a?accessible=1&encode=2&barcode=3",
  "the password is wrong",
  "The password is not set",
  "Token is missing",
  "a token was expected here: the token is required",
  "passphrase is too short",
  "Setting 'sample_rate' to value '48000'",
  "Setting 'channel_layout' to value 'stereo'",
  "Error setting option bitrate to value 1.",
  "Applying option ac (set number of audio channels) with argument 2.",
  "Failed to set value 'x' for option 'ss': Invalid argument",
  "matched as option 'f' (force container format) with argument 'pulse'.",
  "ffmpeg -streamid 0:33 -i x",
  "Keyboard 'Logitech' is connected; the key is in the lock",
  "monkey=1 turkey=2 hockey=3 keyboard=4",
  "Sending stream 0 to 'out.flac'",
  "stream_id=1 time_base=1/48000",
  "Proto = rtmp, path = /live/stream1, app = live",
  "request: GET /bbc_radio_fourfm HTTP/1.1",
  "Opening the path = /srv/audio/Zk3Qp9LmT2vR8sWd",
  "alsa_input.usb-Focusrite_Scarlett_2i2_USB_Y8K3Q2M0A1B2C3-00.analog-stereo",
];

for (const [text, masked] of SECRET_FORMS) {
  Deno.test(`createRedactor: masks the stream's secret in ${JSON.stringify(text)}`, () => {
    const redact = createRedactor();
    assertEquals(redact(text), masked);
    assertEquals(redact(masked), masked, "masking twice changes nothing");
  });
}

for (const text of HARMLESS) {
  Deno.test(`createRedactor: keeps the stream's ${JSON.stringify(text)}`, () => {
    assertEquals(createRedactor()(text), text);
    assertEquals(secretsOf(text), []);
  });
}

Deno.test("createRedactor: covers sixty forms of stream secrets and as many harmless ones", () => {
  assert(SECRET_FORMS.length >= 60, `${SECRET_FORMS.length}`);
  assert(HARMLESS.length >= 60, `${HARMLESS.length}`);
});

Deno.test("secretsOf: finds the value of a disguised name", () => {
  for (
    const name of [
      "p\u0430ssword",
      "pass\ufeffword",
      "pass%E2%80%8Bword",
      "access",
    ]
  ) {
    assertEquals(secretsOf(`http://c/a?b=2&${name}=hunter22`), ["hunter22"]);
  }
  assertEquals(secretsOf("http://c/a?access=public"), []);
});

Deno.test("secretsOf: finds tokens in a path, so that they are masked elsewhere", () => {
  const url = "rtsps://cam:7441/qw8xKe3vZp1mYt0b?enableSrtp";
  const redact = createRedactor({ secrets: secretsOf(url) });
  assertEquals(redact("SETUP qw8xKe3vZp1mYt0b/track1"), "SETUP ***/track1");
  const srt = createRedactor({
    secrets: secretsOf("srt://h:1?streamid=#!::u=ann,s=pw1x2y,r=live"),
  });
  assertEquals(srt("rejected pw1x2y of ann"), "rejected *** of ann");
  const rtmp = createRedactor({ secrets: secretsOf("rtmp://h/live/annas77x") });
  assertEquals(rtmp("path = /live/annas77x, app"), "path = /live/***, app");
  // A common word would be masked everywhere.
  assertEquals(secretsOf("srt://h:1?streamid=live"), []);
});

Deno.test("looksRandom: tells random texts from names", () => {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  for (
    const alphabet of [
      `${letters}0123456789`,
      `${letters}${letters.toUpperCase()}0123456789`,
      "0123456789abcdef",
    ]
  ) {
    let found = 0;
    for (let n = 0; n < 200; n++) {
      let state = n * 7919 + 17;
      let text = "";
      while (text.length < 24) {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        text += alphabet[(state >>> 12) % alphabet.length];
      }
      if (looksRandom(text)) found++;
    }
    assert(found >= 190, `${found} of 200 over ${alphabet}`);
  }
  for (
    const name of [
      "Kindertagesstaette",
      "interview-2025-09-22",
      "WohnzimmerLinks2",
    ]
  ) {
    assertFalse(looksRandom(name), name);
  }
  assert(isCommonName("h264Preview_01_main"));
  assertFalse(isCommonName("hush"));
});

Deno.test("createRedactor: reads a long line of URLs in no time", () => {
  const line = `x ${"https://h/a/".repeat(20_000)} ${
    "option 'a' ".repeat(20_000)
  }`;
  const before = performance.now();
  createRedactor()(line);
  assert(performance.now() - before < 5_000);
});
