import { assert, assertEquals, assertFalse } from "@std/assert";
import { isCommonName, looksRandom } from "../../../src/redact/random_text.ts";
import { createRedactor, secretsOf } from "../../../src/redact/redact.ts";

/** A text, and the same with its secrets masked. */
const FORMS: readonly (readonly [string, string])[] = [
  // SRT: both forms of the stream id, encoded and not.
  ["srt://h:9000?streamid=studioX", "srt://h:9000?streamid=***"],
  [
    "srt://h:9000?streamid=live/ann&mode=caller",
    "srt://h:9000?streamid=***&mode=caller",
  ],
  [
    "srt://h:9000?mode=caller&streamid=publish:mic:ann:pw1",
    "srt://h:9000?mode=caller&streamid=***",
  ],
  ["srt://h:9000?streamid=#!::u=ann,s=pw1,r=live", "srt://h:9000?streamid=***"],
  [
    "srt://h:9000?streamid=#!::u=ann,s=pw1&latency=20",
    "srt://h:9000?streamid=***&latency=20",
  ],
  [
    "srt://h:9000?streamid=%23!::r=live,s=pw1,m=request",
    "srt://h:9000?streamid=***",
  ],
  [
    "srt://h:9000?streamid=%23%21%3A%3Au%3Dann%2Cs%3Dpw1&x=1",
    "srt://h:9000?streamid=***&x=1",
  ],
  ["srt://h?streamid=#!:{u=ann,s=pw1,r=(a=1)}", "srt://h?streamid=***"],
  [
    "url=srt%3A%2F%2Fh%3Fstreamid%3Dpw1%26mode%3Dcaller",
    "url=srt%3A%2F%2Fh%3Fstreamid%3D***%26mode%3Dcaller",
  ],
  [
    "[srt @ 0x1] accepted #!::u=ann,s=pw1 at 3",
    "[srt @ 0x1] accepted *** at 3",
  ],
  [
    "ffmpeg -srt_streamid pw1x -i srt://h:1",
    "ffmpeg -srt_streamid *** -i srt://h:1",
  ],
  ["ffmpeg -streamid '#!::u=ann,s=pw1' -i x", "ffmpeg -streamid *** -i x"],
  [
    "srt://h:1?passphrase=pw1pw1pw1&pbkeylen=32",
    "srt://h:1?passphrase=***&pbkeylen=32",
  ],
  // Names of parameters.
  ["http://c/a?usr=ann&psw=pw1", "http://c/a?usr=ann&psw=***"],
  ["http://c/a?user=ann&pswd=pw1&b=2", "http://c/a?user=ann&pswd=***&b=2"],
  ["http://c/a?userpsw=pw1", "http://c/a?userpsw=***"],
  ["http://c/a?user_psw=pw1", "http://c/a?user_psw=***"],
  ["http://c/a?psd=pw1", "http://c/a?psd=***"],
  ["http://c/a?access=pw1&b=2", "http://c/a?access=***&b=2"],
  ["http://c/a?b=2&access_key=pw1", "http://c/a?b=2&access_key=***"],
  ["http://c/a?access-code=pw1", "http://c/a?access-code=***"],
  ["http://c/a?AccessKeyId=pw1&e=1", "http://c/a?AccessKeyId=***&e=1"],
  ["http://c/a?code=pw1", "http://c/a?code=***"],
  ["http://c/a?Policy=pw1&Expires=2", "http://c/a?Policy=***&Expires=2"],
  ["u=http%3A%2F%2Fc%3Faccess%3Dpw1", "u=http%3A%2F%2Fc%3Faccess%3D***"],
  ["http://c/a?passw0rd=pw1", "http://c/a?passw0rd=***"],
  // Disguised names.
  ["http://c/a?to%E2%80%8Bken=pw1", "http://c/a?to%E2%80%8Bken=***"],
  ["http://c/a?%D1%80assword=pw1", "http://c/a?%D1%80assword=***"],
  ["http://c/a?to\u200bken=pw1", "http://c/a?token=***"],
  ["http://c/a?pass\ufeffword=pw1", "http://c/a?password=***"],
  ["http://c/a?se\u00adcret=pw1&b=2", "http://c/a?secret=***&b=2"],
  ["http://c/a?\u0440\u0430ssword=pw1", "http://c/a?password=***"],
  ["http://c/a?\u03c4\u03bfken=pw1", "http://c/a?token=***"],
  [
    "http://c/a?\uff50\uff41\uff53\uff53\uff57\uff44=pw1",
    "http://c/a?passwd=***",
  ],
  ["http://c/a?\u{1d429}assword=pw1", "http://c/a?password=***"],
  ["http://c/a?p\u00e1ssword=pw1", "http://c/a?password=***"],
  ["http://c/a?\u0430ccess_k\u0435y=pw1", "http://c/a?access_key=***"],
  ["X-Auth-T\u043eken: pw1", "X-Auth-Token: ***"],
  ["ffmpeg -p\u0430ssword pw1 -i x", "ffmpeg -password *** -i x"],
  [
    "Setting 'passphr\u200dase' to value 'pw1'",
    "Setting 'passphrase' to value '***'",
  ],
  ["http://c/a?pword=pw1", "http://c/a?pword=***"],
  ["http://c/a?pas=pw1", "http://c/a?pas=***"],
  ["http://c/a?tk=pw1", "http://c/a?tk=***"],
  ["http://c/a?tkn=pw1&c=1", "http://c/a?tkn=***&c=1"],
  ["http://c/a?st=1&e=2&hmac=pw1", "http://c/a?st=1&e=2&hmac=***"],
  ["http://c/a?md5=pw1&expires=2", "http://c/a?md5=***&expires=2"],
  ["http://c/a?hdntl=exp=1~acl=/*~hmac=pw1", "http://c/a?hdntl=***"],
  ["http://c/a?ticket=pw1", "http://c/a?ticket=***"],
  ["http://c/a?oauth=pw1", "http://c/a?oauth=***"],
  ["http://c/a?appkey=pw1&t=1", "http://c/a?appkey=***&t=1"],
  ["http://c/a?playkey=pw1", "http://c/a?playkey=***"],
  ["http://c/a?publishKey=pw1", "http://c/a?publishKey=***"],
  ["http://c/a?licensekey=pw1", "http://c/a?licensekey=***"],
  [
    "rtmp://h/live/test?txSecret=pw1&txTime=5C271099",
    "rtmp://h/live/test?txSecret=***&txTime=5C271099",
  ],
  [
    "http://h/a.flv?wsSecret=pw1&wsTime=1",
    "http://h/a.flv?wsSecret=***&wsTime=1",
  ],
  ["rtmp://h/live playpath=pw1 live=1", "rtmp://h/live playpath=*** live=1"],
  ["http://h/a?x=Zk3Qp9LmT2vR8sWd&y=1", "http://h/a?x=***&y=1"],
  [
    "rtsp://h:554/user=ann&password=pw1&channel=1",
    "rtsp://h:554/user=ann&password=***&channel=1",
  ],
  [
    "rtsp://h:554/user=ann_password=pw1_channel=1_stream=0.sdp",
    "rtsp://h:554/user=ann_password=***",
  ],
  // Segments of a path.
  [
    "rtsps://192.168.1.1:7441/aBcDeFgHiJkLmNoP?enableSrtp",
    "rtsps://192.168.1.1:7441/***?enableSrtp",
  ],
  ["rtspx://192.168.1.1:7441/qw8xKe3vZp1mYt0b", "rtspx://192.168.1.1:7441/***"],
  ["rtsps://cam.example/secretword", "rtsps://cam.example/***"],
  [
    "rtmp://a.rtmp.youtube.com/live2/ab1c-d2ef-gh3i-j4kl-m5no",
    "rtmp://a.rtmp.youtube.com/live2/***",
  ],
  [
    "rtmp://h/live2/KEY: Connection refused",
    "rtmp://h/live2/***: Connection refused",
  ],
  ["rtmps://h:443/rtmp/FB-1-0-AbyQ?s_bl=1", "rtmps://h:443/rtmp/***?s_bl=1"],
  [
    "rtmp://live.twitch.tv/app/live_1234_Zk3Qp9LmT2vR",
    "rtmp://live.twitch.tv/app/***",
  ],
  ["rtmp://h/app/instance/hush", "rtmp://h/app/instance/***"],
  ["http://h/token/pw1/live.m3u8", "http://h/token/***/live.m3u8"],
  ["https://h/auth/pw1pw1/a.mp3", "https://h/auth/***/a.mp3"],
  ["https://h/v1/key/pw1x", "https://h/v1/key/***"],
  ["https://h/api_key/pw1/x", "https://h/api_key/***/x"],
  ["https://h/live;jsessionid=pw1", "https://h/live;jsessionid=***"],
  ["https://h/s/Zk3Qp9LmT2vR8sWd/index.m3u8", "https://h/s/***/index.m3u8"],
  ["https://h/5f4dcc3b5aa765d61d8327deb882cf99.mp3", "https://h/***.mp3"],
  ["https://h/x/123e4567-e89b-12d3-a456-426614174000/a", "https://h/x/***/a"],
  [
    "Opening 'https://h/q7w8e9r1t2y3u4i5/seg1.ts' for reading",
    "Opening 'https://h/***/seg1.ts' for reading",
  ],
  ["https:\\/\\/h\\/Zk3Qp9LmT2vR8sWd\\/a", "https:\\/\\/h\\/***\\/a"],
  ["u=https%3A%2F%2Fh%2FZk3Qp9LmT2vR8sWd%2Fa", "u=https%3A%2F%2Fh%2F***%2Fa"],
  ["icecast://h:8000/token/pw1", "icecast://h:8000/token/***"],
  // What ffmpeg says.
  [
    "[srt @ 0x1] Setting 'passphrase' to value 'pw1 x'",
    "[srt @ 0x1] Setting 'passphrase' to value '***'",
  ],
  [
    "Setting entry with key 'streamid' to value 'pw1'",
    "Setting entry with key 'streamid' to value '***'",
  ],
  [
    "Error setting option passphrase to value pw1.",
    "Error setting option passphrase to value ***.",
  ],
  [
    "matched as AVOption 'password' with argument 'pw1'.",
    "matched as AVOption 'password' with argument '***'.",
  ],
  [
    "Applying option cookies (set cookies) with argument a=pw1.",
    "Applying option cookies (set cookies) with argument ***.",
  ],
  [
    "Failed to set value 'pw1' for option 'passphrase'",
    "Failed to set value '***' for option 'passphrase'",
  ],
  ["the password is pw1", "the password is ***"],
  ["passphrase is 'pw1'", "passphrase is '***'"],
  ["Token was set to pw1, retrying", "Token was set to ***, retrying"],
  ["wrong password 'pw1'", "wrong password '***'"],
  [
    "[rtmp @ 0x1] Sending play command for 'pw1'",
    "[rtmp @ 0x1] Sending play command for '***'",
  ],
  [
    "Proto = rtmp, path = /live/pw1, app = live, fname = pw1",
    "Proto = rtmp, path = /live/***, app = live, fname = ***",
  ],
  [
    "Proto = rtmps, path = /app/inst/pw1?x=Zk3Qp9LmT2vR8sWd, app = app/inst, fname = pw1",
    "Proto = rtmps, path = /app/inst/***?x=***, app = app/inst, fname = ***",
  ],
  ["DEBUG: Parsed playpath: pw1", "DEBUG: Parsed playpath: ***"],
  [
    "request: GET /hls/token/pw1/Zk3Qp9LmT2vR8sWd/a.m3u8 HTTP/1.1",
    "request: GET /hls/token/***/***/a.m3u8 HTTP/1.1",
  ],
];

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

for (const [text, masked] of FORMS) {
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
  assert(FORMS.length >= 60, `${FORMS.length}`);
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
