import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { MESSAGES } from "../../../src/ffmpeg/known_errors.ts";
import { createRedactor, secretsOf } from "../../../src/redact/redact.ts";
import { deviceLabel } from "../../../src/redact/device.ts";
import { forAll } from "../../support/random.ts";

/** A text, and the same with its secrets masked; `hunter2…` is always secret. */
const FORMS: readonly (readonly [string, string])[] = [
  // User and password in URLs.
  ["rtsp://bob:hunter2@cam.example/live", "rtsp://***@cam.example/live"],
  ["rtsp://hunter2@cam.example/live", "rtsp://***@cam.example/live"],
  ["rtsp://:hunter2@cam.example/live", "rtsp://***@cam.example/live"],
  ["RTSP://Bob:hunter2@CAM.example:554/", "RTSP://***@CAM.example:554/"],
  ["http://bob:hunter2@10.0.0.7:8080/a.mp3", "http://***@10.0.0.7:8080/a.mp3"],
  ["rtsps://bob:hunter2@[fe80::1]:322/x", "rtsps://***@[fe80::1]:322/x"],
  ["rtsp://bob:hunter2@[::1%25eth0]/x", "rtsp://***@[::1%25eth0]/x"],
  ["rtsp://bob:hun%40ter2@cam/1", "rtsp://***@cam/1"],
  ["rtsp://bob%40corp.example:hunter2@cam/1", "rtsp://***@cam/1"],
  ["rtsp://bob:hunter2%2F%3F%23@cam/1", "rtsp://***@cam/1"],
  ["rtsp://bob%3Ahunter2@cam/1", "rtsp://***@cam/1"],
  ["rtsp://bob:hunter2%40cam/1", "rtsp://***%40cam/1"],
  ["rtsp://bob:p@hunter2@cam/1", "rtsp://***@cam/1"],
  ["rtsp://bob:hunter2:x@cam/1", "rtsp://***@cam/1"],
  ["rtsp://bob:pä$$-hunter2@cam/1", "rtsp://***@cam/1"],
  ["srt://bob:hunter2@cam:9000?mode=caller", "srt://***@cam:9000?mode=caller"],
  // Several, and in the middle of something.
  [
    "tee:rtsp://a:hunter2@x/1|http://b:hunter2@y/2",
    "tee:rtsp://***@x/1|http://***@y/2",
  ],
  ["<http://bob:hunter2@cam/1>", "<http://***@cam/1>"],
  [
    'open "http://bob:hunter2@cam/1", then',
    'open "http://***@cam/1", then',
  ],
  // What ffmpeg says.
  [
    "rtsp://bob:hunter2@cam/1: Connection refused",
    "rtsp://***@cam/1: Connection refused",
  ],
  [
    "Did you mean file:rtsp://bob:hunter2@cam/1?",
    "Did you mean file:rtsp://***@cam/1?",
  ],
  [
    "Input #0, rtsp, from 'rtsp://bob:hunter2@cam/1':",
    "Input #0, rtsp, from 'rtsp://***@cam/1':",
  ],
  [
    "Error opening input file crypto+http://bob:hunter2@cam/1.",
    "Error opening input file crypto+http://***@cam/1.",
  ],
  [
    "Opening 'http://cam/a.m3u8?token=hunter2&x=1' for reading",
    "Opening 'http://cam/a.m3u8?token=***&x=1' for reading",
  ],
  [
    "http://cam/x?auth=hunter2: 403 Forbidden",
    "http://cam/x?auth=***: 403 Forbidden",
  ],
  // URLs that cannot be parsed.
  ["rtsp://bob:hunter2/x@cam/1", "rtsp://***@cam/1"],
  ["rtsp://bob:hun#ter2@cam/1", "rtsp://***@cam/1"],
  ["rtsp://bob:hun?ter2@cam/1", "rtsp://***@cam/1"],
  ["rtsp://bob:hunter2 x@cam/1", "rtsp://***@cam/1"],
  ["rtsp://bob:hun'ter2@cam/1", "rtsp://***@cam/1"],
  ["rtsp://bob:hun%zzter2@cam/1", "rtsp://***@cam/1"],
  ["rtsp://bob:12/hunter2@cam/1", "rtsp://***@cam/1"],
  ["rtsp:/bob:hunter2@cam/1", "rtsp:/***@cam/1"],
  ["rtsp:bob:hunter2@cam/1", "***@cam/1"],
  ["//bob:hunter2@cam/1", "//***@cam/1"],
  ["bob:hunter2@cam.example", "***@cam.example"],
  ["rtsp:\\/\\/bob:hunter2@cam\\/1", "rtsp:\\/\\/***@cam\\/1"],
  ["rtsp\\://bob\\:hunter2@cam/1", "rtsp\\://***@cam/1"],
  // Encoded as a whole.
  [
    "url=rtsp%3A%2F%2Fbob%3Ahunter2%40cam%2F1",
    "url=rtsp%3A%2F%2F***%40cam%2F1",
  ],
  [
    "url=rtsp%3a%2f%2fcam%2f1%3ftoken%3dhunter2%26x%3d1",
    "url=rtsp%3a%2f%2fcam%2f1%3ftoken%3d***%26x%3d1",
  ],
  [
    "u=http%253A%252F%252Fbob%253Ahunter2%2540cam",
    "u=http%253A%252F%252F***%2540cam",
  ],
  // Parameters, in any case and compound.
  ["http://cam/x?TOKEN=hunter2", "http://cam/x?TOKEN=***"],
  ["http://cam/x?a=1&Key=hunter2&b=2", "http://cam/x?a=1&Key=***&b=2"],
  ["http://cam/x?access_token=hunter2#t", "http://cam/x?access_token=***#t"],
  ["http://cam/x?api_key=hunter2", "http://cam/x?api_key=***"],
  ["http://cam/x?apikey=hunter2", "http://cam/x?apikey=***"],
  ["http://cam/x?X-Amz-Signature=hunter2", "http://cam/x?X-Amz-Signature=***"],
  [
    "http://cam/x?X-Amz-Credential=hunter2",
    "http://cam/x?X-Amz-Credential=***",
  ],
  ["http://cam/x?sig=hunter2&se=2025", "http://cam/x?sig=***&se=2025"],
  ["http://cam/x?pwd=hunter2", "http://cam/x?pwd=***"],
  ["http://cam/x?passwd=hunter2", "http://cam/x?passwd=***"],
  ["http://cam/x?pass=hunter2", "http://cam/x?pass=***"],
  ["http://cam/x?loginPassword=hunter2", "http://cam/x?loginPassword=***"],
  ["http://cam/x?client-secret=hunter2", "http://cam/x?client-secret=***"],
  ["http://cam/x?session=hunter2", "http://cam/x?session=***"],
  ["http://cam/x?PHPSESSID=hunter2", "http://cam/x?PHPSESSID=***"],
  ["http://cam/x?wmsAuthSign=hunter2==", "http://cam/x?wmsAuthSign=***"],
  ["http://cam/x?to%6Ben=hunter2", "http://cam/x?to%6Ben=***"],
  ["http://cam/x?auth[token]=hunter2", "http://cam/x?auth[token]=***"],
  [
    "http://cam/x?user%5Bpassword%5D=hunter2",
    "http://cam/x?user%5Bpassword%5D=***",
  ],
  [
    "srt://cam:9000?passphrase=hunter2&pbkeylen=16",
    "srt://cam:9000?passphrase=***&pbkeylen=16",
  ],
  [
    "rtmp://cam/app pubUser=x pubPasswd=hunter2",
    "rtmp://cam/app pubUser=x pubPasswd=***",
  ],
  ["password = hunter2", "password = ***"],
  ["token='hunter2 and more'", "token=***"],
  // Headers.
  ["Authorization: Basic aHVudGVyMg==", "Authorization: Basic ***"],
  ["authorization: bearer hunter2.abc", "authorization: bearer ***"],
  ["Authorization: hunter2", "Authorization: ***"],
  [
    'Authorization: Digest username="bob", response="hunter2"',
    "Authorization: Digest ***",
  ],
  [
    "Proxy-Authorization: Basic hunter2\r\nHost: cam",
    "Proxy-Authorization: Basic ***\r\nHost: cam",
  ],
  [
    "-headers 'Authorization: Bearer hunter2\\r\\nX-A: b' -i x",
    "-headers 'Authorization: Bearer ***\\r\\nX-A: b' -i x",
  ],
  [
    '-headers "Authorization: Token hunter2" -i x',
    '-headers "Authorization: Token ***" -i x',
  ],
  ["X-Api-Key: hunter2", "X-Api-Key: ***"],
  ["X-Auth-Key: hunter2", "X-Auth-Key: ***"],
  ["X-Secret: hunter2 hunter2", "X-Secret: ***"],
  [
    "-headers 'X-Auth-Key: hunter2\\r\\nPrivate-Auth: hunter2\r\nX-A: b' -i x",
    "-headers 'X-Auth-Key: ***\\r\\nPrivate-Auth: ***\r\nX-A: b' -i x",
  ],
  [
    "http://cam/a?loginuse=bob&loginpas=hunter2&b=1",
    "http://cam/a?loginuse=bob&loginpas=***&b=1",
  ],
  ["http://cam/a?userpass=hunter2&b=1", "http://cam/a?userpass=***&b=1"],
  ["http://cam/a?ftpPwd=hunter2", "http://cam/a?ftpPwd=***"],
  ["http://cam/a?apikey[]=hunter2", "http://cam/a?apikey[]=***"],
  ["-smbpass hunter2 -i x", "-smbpass *** -i x"],
  ["X-Auth-Token: hunter2", "X-Auth-Token: ***"],
  ["Cookie: a=b; sid=hunter2", "Cookie: ***"],
  ["Set-Cookie: sid=hunter2; Path=/", "Set-Cookie: ***"],
  ["sent Bearer hunter2hunter2 again", "sent Bearer *** again"],
  ['{"password":"hunter2","a":1}', '{"password":"***","a":1}'],
  ["a eyJhbGciOiJI.eyJzdWIiOiIx.hunter2 b", "a *** b"],
  // Options of a command.
  ["ffmpeg -password hunter2 -i x", "ffmpeg -password *** -i x"],
  ["ffmpeg -rtsp_user hunter2 -i x", "ffmpeg -rtsp_user *** -i x"],
  ["ffmpeg -passphrase 'hunter2 '\\''x' -i x", "ffmpeg -passphrase *** -i x"],
  ['ffmpeg -decryption_key "hunter2" -i x', "ffmpeg -decryption_key *** -i x"],
  ["ffmpeg -cookies 'sid=hunter2; path=/' -i x", "ffmpeg -cookies *** -i x"],
  ["ffmpeg --token=hunter2 -i x", "ffmpeg --token=*** -i x"],
  [
    "ffmpeg -http_proxy http://bob:hunter2@proxy:3128 -i x",
    "ffmpeg -http_proxy http://***@proxy:3128 -i x",
  ],
  ['["-password","hunter2","-i","x"]', '["-password","***","-i","x"]'],
];

/** Texts that have nothing to hide. */
const HARMLESS: readonly string[] = [
  "",
  "Opening 'chunk_00002.flac.part' for writing",
  "[segment @ 0x55d0c8a3f2c0] Opening 'x' for writing",
  "Stream #0:0: Audio: flac, 48000 Hz, stereo, s16 (24 bit), 128 kb/s",
  "Input #0, pulse, from 'default':",
  "Input #0, rtsp, from 'rtsp://[::1]:554/live':",
  "http://cam.example:8080/a/b@2x.mp3?x=1&y=2",
  "http://localhost:8080/@user/live",
  "https://cam.example/@user/live",
  "ffmpeg -hide_banner -f pulse -i default -c:a flac -segment_time 300 x",
  "chunk_created file=chunk_00001.flac seq=1 size=120000",
  "logging.level=debug(flag) recording.channels=1(config)",
  "Basic authentication is not supported",
  "recording.session_duration=24h(file) recording.session_duration = 36h",
  "keyint=250 keyframes=12 monkey=1 bypass=0 design=3",
  "-auth_type basic -force_key_frames 1 -rtsp_transport tcp",
  "size=     256KiB time=00:00:10.00 bitrate= 209.7kbits/s speed=1x",
  "mail to me@example.com at 10:00",
  "10%40 = 4",
];

for (const [text, masked] of FORMS) {
  Deno.test(`createRedactor: masks the secret in ${JSON.stringify(text)}`, () => {
    const redact = createRedactor();
    assertEquals(redact(text), masked);
    assertEquals(redact(masked), masked, "masking twice changes nothing");
    assertFalse(/hunter2|aHVudGVy/i.test(redact(text)));
  });
}

for (const text of HARMLESS) {
  Deno.test(`createRedactor: masks nothing in ${JSON.stringify(text)}`, () => {
    assertEquals(createRedactor()(text), text);
  });
}

Deno.test("createRedactor: covers at least sixty forms of secrets", () => {
  assert(FORMS.length >= 60, `${FORMS.length}`);
});

Deno.test("secretsOf: a part of a password that ffmpeg takes for the host", () => {
  for (
    const [url, host] of [
      ["rtsp://v2:Ab@Geheim77/x@127.0.0.1:8654/alaw", "Geheim77"],
      ["rtsp://v2:Ab@Ge.heim:77/x@cam/1", "Ge.heim"],
    ] as const
  ) {
    const redact = createRedactor({ secrets: secretsOf(url) });
    assertEquals(redact(`resolve ${host}: unknown`), "resolve ***: unknown");
  }
  assertEquals(secretsOf("rtsp://bob:pw@cam/1").includes("cam"), false);
});

Deno.test("secretsOf: finds the secrets of a URL regardless of how it is parsed", () => {
  assertEquals(
    secretsOf("rtsp://bob:a/b@c@cam/1?token=t0k%20en&x=1").sort(),
    ["a/b@c", "bob", "bob:a/b@c", "t0k%20en"].sort(),
  );
  assertEquals(secretsOf("pulse:default"), []);
  assertEquals(secretsOf("http://cam.example/a?x=1"), []);
  // All that a URL without a password has is its user, common name or not.
  assertEquals(secretsOf("rtsp://user@cam/1"), ["user"]);
});

Deno.test("createRedactor: masks a known secret in every spelling", () => {
  const redact = createRedactor({ secrets: ["bob:s3cr%20t/'ü:x"] });
  for (
    const text of [
      "bob:s3cr%20t/'ü:x",
      "bob:s3cr t/'ü:x",
      "bob%3As3cr%20t%2F%27%C3%BC%3Ax",
      "bob%3as3cr+t%2f%27%c3%bc%3ax",
      "bob\\:s3cr t/\\'ü\\:x",
      "bob:s3cr t/'\\''ü:x",
      "bob%253As3cr%2520t%252F%2527%25C3%25BC%253Ax",
      "Ym9iOnMzY3IgdC8nw7w6eA==",
    ]
  ) {
    assertEquals(redact(`<${text}>`).replace("***==", "***"), "<***>", text);
  }
});

Deno.test("createRedactor: masks a short secret as a word and keeps a very short one", () => {
  const redact = createRedactor({ secrets: ["cat", "1", ""] });
  assertEquals(redact("cat catalog 1 concat"), "*** catalog 1 concat");
});

Deno.test("createRedactor: hides the folder of a device's file, which ffmpeg prints", () => {
  const spec = "lavfi:amovie=takes/rec.wav";
  const redact = createRedactor({
    redactDevice: spec,
    asFfmpegNamesIt: "lavfi:amovie=/home/ann/takes/rec.wav",
  });
  const label = deviceLabel(spec);
  assertEquals(redact(spec), `lavfi:${label}`);
  for (
    const line of [
      "/usr/bin/ffmpeg -f lavfi -i amovie=/home/ann/takes/rec.wav x",
      "Failed to avformat_open_input '/home/ann/takes/rec.wav'",
    ]
  ) {
    const shown = redact(line);
    assert(!/ann|takes|rec/.test(shown) && shown.includes(label), shown);
  }
});

Deno.test("createRedactor: replaces a device name with a stable label", () => {
  const spec = "pulse:alsa_input.usb-Bobs Mic-00.mono";
  const redact = createRedactor({ redactDevice: spec });
  const label = deviceLabel(spec);
  assertMatch(label, /^device-[0-9a-f]{8}$/);
  assertEquals(deviceLabel(spec), label);
  assertEquals(redact(spec), `pulse:${label}`);
  assertEquals(
    redact("ffmpeg -f pulse -i 'alsa_input.usb-Bobs Mic-00.mono' x"),
    `ffmpeg -f pulse -i '${label}' x`,
  );
  assertEquals(redact("alsa_input.usb-Bobs%20Mic-00.mono"), label);
  assertFalse(label === deviceLabel("pulse:other"));
});

Deno.test("createRedactor: replaces a common word only where it names the device", () => {
  const label = deviceLabel("pulse:default");
  const redact = createRedactor({ redactDevice: "pulse:default" });
  assertEquals(redact("pulse:default"), `pulse:${label}`);
  assertEquals(redact("-f pulse -i default -c:a"), `-f pulse -i ${label} -c:a`);
  assertEquals(
    redact("Input #0, pulse, from 'default':"),
    `Input #0, pulse, from '${label}':`,
  );
  assertEquals(redact("the default is fine"), "the default is fine");
});

Deno.test("createRedactor: hides a short device name in messages of ffmpeg", () => {
  const said = (name: string) => [
    `cannot open audio device ${name} (No such file or directory)`,
    `Error opening input file ${name}.`,
    `(snd_pcm_open_noupdate) Unknown PCM ${name}`,
    `line="Unknown PCM ${name}"`,
    `${name}: Input/output error`,
    `ffmpeg exited unexpectedly with exit code 1: ${name}: Input/output error`,
    `line="${name}: Input/output error"`,
  ];
  for (const name of ["Ann", "hw:1,0", "x", "default"]) {
    const spec = `alsa:${name}`;
    const redact = createRedactor({ redactDevice: spec });
    assertEquals(said(name).map(redact), said(deviceLabel(spec)));
    assertEquals(redact("0x1: Annex, 0:00"), "0x1: Annex, 0:00");
  }
  const redact = createRedactor({ redactDevice: "pulse:1" });
  for (const text of ["with exit code 1: x", "exit code 1"]) {
    assertEquals(redact(text), text);
  }
});

Deno.test("createRedactor: hides every part of a device that can name a person", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["alsa:hw:CARD=AnnsAirPods,DEV=0", [
      "Cannot get card index for AnnsAirPods",
    ]],
    ["alsa:plughw:AnnsAirPods", ["Cannot get card index for AnnsAirPods"]],
    ["alsa:sysdefault:CARD=Anns", ["Invalid card 'Anns'", "card Anns: no"]],
    ["alsa:hw:Ann,0", ["Cannot get card index for Ann", "Invalid card 'Ann'"]],
    ["alsa:bluealsa:DEV=A1:B2:C3:D4:E5:F6,PROFILE=a2dp", [
      "no A1:B2:C3:D4:E5:F6,PROFILE=a2dp",
    ]],
    ["pulse:alsa_input.usb-Anns_Mic-00.mono", [
      "usb-Anns_Mic-00",
      "Anns Mic-00",
      "alsa_output.usb-Anns_Mic-00.iec958",
    ]],
    ["pulse:bluez_source.Anns_AirPods.handsfree", [
      "Anns_AirPods",
      "Anns AirPods",
    ]],
    ["dshow:audio=Microphone (Anns AirPods)", [
      "Anns AirPods",
      '"Microphone (Anns AirPods)"',
    ]],
    ["avfoundation::Anns AirPods", ["Anns AirPods", "[Anns AirPods]"]],
    ["avfoundation:0:Anns AirPods", ["Selected Anns AirPods"]],
    ["jack:Anns_client", ["Anns_client:input_1", "Anns client"]],
    ["lavfi:amovie=/home/anns/Anns_song.flac", [
      "/home/anns/Anns_song.flac: No such file",
      "Anns_song.flac",
      "Anns_song",
    ]],
    ["lavfi:amovie=filename=/srv/Anns.flac:loop=0", [
      "'/srv/Anns.flac'",
      "Anns.flac",
    ]],
    ["lavfi:amovie='/srv/Anns day.flac',aformat=s16", [
      "/srv/Anns day.flac",
      "Anns day",
    ]],
    ["lavfi:amovie=C\\\\:/Anns.flac", ["C:/Anns.flac", "Anns.flac"]],
    ["file:///srv/anns_folder/Anns%20song.wav", [
      "Anns song.wav",
      "anns_folder",
      "Anns%20song",
    ]],
    ["rtsp://annscam.local:554/AnnsBedroom?name=Anns_Cam", [
      "annscam.local",
      "AnnsBedroom",
      "Anns_Cam",
    ]],
    ["rtmp://h/live/AnnsBedroom", ["path = /live/AnnsBedroom", "AnnsBedroom"]],
    ["concat:/srv/Anns.flac", ["/srv/Anns.flac", "Anns.flac"]],
  ];
  for (const [spec, texts] of cases) {
    const redact = createRedactor({
      redactDevice: spec,
      secrets: secretsOf(spec),
    });
    for (const text of [spec, ...texts]) {
      assertFalse(
        /\bann\b|anns|A1.B2.C3/i.test(redact(text)),
        `${spec}: ${redact(text)}`,
      );
    }
  }
});

Deno.test("createRedactor: keeps the words of a device that name nobody", () => {
  const texts: readonly (readonly [string, string])[] = [
    ["alsa:hw:CARD=AnnsAirPods,DEV=0", "hw plughw CARD DEV ALSA default 48000"],
    ["alsa:hw:Ann,0", "Annex, an announcement, 0x1"],
    [
      "pulse:alsa_input.usb-Anns_Mic-00.analog-stereo",
      "pulse alsa_input usb analog-stereo stereo mono",
    ],
    [
      "lavfi:amovie=/srv/Anns.flac,aformat=sample_fmts=s16",
      "[Parsed_amovie_0 @ 0x1] flac, 48000 Hz, s16, aformat",
    ],
    [
      "lavfi:sine=frequency=440:sample_rate=48000",
      "Parsed_sine_0, 440, 48000 Hz",
    ],
    [
      "rtsp://annscam.local/Streaming/Channels/101",
      "Streaming stream 101, live, rtsp",
    ],
    ["dshow:audio=Microphone (Anns)", "audio: dshow 48000 Hz"],
  ];
  for (const [spec, text] of texts) {
    assertEquals(createRedactor({ redactDevice: spec })(text), text, spec);
  }
});

Deno.test("createRedactor: hides the host of a device URL", () => {
  const spec = "rtsp://bob:hunter2@cam.example:554/live";
  const label = deviceLabel(spec);
  const redact = createRedactor({
    redactDevice: spec,
    secrets: secretsOf(spec),
  });
  assertEquals(redact(spec), label);
  assertEquals(
    redact("Connection to tcp://cam.example:554?timeout=0 failed"),
    `Connection to tcp://${label}:554?timeout=0 failed`,
  );
  assertEquals(
    redact("rtsp://***@cam.example:554/live"),
    `rtsp://***@${label}`,
  );
});

Deno.test("secretsOf: finds the password of a URL without a scheme", () => {
  assertEquals(secretsOf("bob:hunter2@127.0.0.1"), ["hunter2"]);
  assertEquals(secretsOf("bob:hun@ter2@cam.example:554/a"), ["hun@ter2"]);
  for (
    const spec of [
      "pulse:@DEFAULT_MONITOR@",
      "lavfi:sine@tone",
      "lavfi:sine@tone=frequency=440",
      "alsa:hw:1,0",
      "pulse:alsa_input.usb-X@analog,stereo",
    ]
  ) assertEquals(secretsOf(spec), [], spec);
});

Deno.test("createRedactor: masks everything after an unclosed quote without backtracking", () => {
  const redact = createRedactor();
  // A title as a station sends it; with two ways to match a letter it took
  // years, and the recording stood still meanwhile.
  const title = `Live --token "evening news ${"and guests ".repeat(2_000)}`;
  assertEquals(redact(title), "Live --token ***");
  assertEquals(redact("-password 'a b"), "-password ***");
  assertEquals(redact('-password "a b\\'), "-password ***");
  assertEquals(redact('-password "a \\" b" -i x'), "-password *** -i x");
});

Deno.test("createRedactor: replaces the test device only when it is the whole text", () => {
  const redact = createRedactor({ redactDevice: "test" });
  assertEquals(redact("test"), deviceLabel("test"));
  assertEquals(redact("a test tone"), "a test tone");
});

Deno.test("createRedactor: masks any password in every text that quotes its URL", () => {
  forAll((random) => {
    let password = "";
    for (let length = random.int(6, 20); length > 0; length--) {
      password += random.pick([
        () => String.fromCharCode(random.int(0x61, 0x7a)),
        () => String.fromCharCode(random.int(0x21, 0x7e)),
        () =>
          random.pick([
            ":",
            "/",
            "@",
            "#",
            "?",
            "%",
            "'",
            "=",
            "&",
            "\\",
            "é",
            "漢",
          ]),
      ])();
    }
    // `p@host?x@y` is a URL with a query: there is no telling a password in it.
    if (/[@=]/.test(password)) password = password.replaceAll("?", "");
    // What is left of it must not be found by chance.
    password = `q7Z${password}Z7q`;
    const url = `rtsp://bobby:${password}@cam.example/live?token=${
      encodeURIComponent(password)
    }`;
    const redact = createRedactor({ secrets: secretsOf(url) });
    const quoted = `'${url.replaceAll("'", "'\\''")}'`;
    for (
      const text of [
        url,
        `Did you mean file:${url}?`,
        `Input #0, rtsp, from '${url}':`,
        `ffmpeg -hide_banner -i ${quoted} x`,
        `url=${encodeURIComponent(url)}`,
        `url=${encodeURIComponent(encodeURIComponent(url))}`,
        JSON.stringify({ url }),
        `the password ${password} is wrong`,
        `Authorization: Basic ${btoaUtf8(`bobby:${password}`)}`,
        url.replace(/[\\':]/g, "\\$&"),
      ]
    ) {
      const masked = redact(text);
      for (
        const part of ["q7Z", "Z7q", password, encodeURIComponent(password)]
      ) {
        assertFalse(masked.includes(part), `${text}\n${masked}`);
      }
    }
  }, 400);
});

function btoaUtf8(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

Deno.test("createRedactor: keeps echolog's own words that look like secrets", () => {
  const redact = createRedactor();
  const texts = [
    "recording.device=test(flag) session-id=night(flag) duration=3s(flag)",
    "ametadata=mode=print:key=lavfi.astats.Overall.Peak_level:file=pipe",
    "-af 'highpass=f=200,lowpass=f=3000,allpass=f=1000' -ar 8000",
    "Cannot use --session-id latest: expected letters",
  ];
  for (const text of texts) assertEquals(redact(text), text);
  // The same names elsewhere announce a secret as before.
  assertEquals(
    redact("http://h/?session-id=night&x=1"),
    "http://h/?session-id=***&x=1",
  );
  assertEquals(redact("http://h/?key=lavfi"), "http://h/?key=***");
});

Deno.test("createRedactor: masks a value after a colon only when its name is unmistakable", () => {
  const redact = createRedactor();
  for (const name of ["token", "passcode", "signature", "api_key", "myPwd"]) {
    assertEquals(redact(`${name}: abc123`), `${name}: ***`, name);
  }
  for (const text of ["key: abc123", "Stream: audio", "session: night"]) {
    assertEquals(redact(text), text);
  }
});

Deno.test("createRedactor: masks a secret that is too long for a regular expression", () => {
  const secret = `${"long secret/".repeat(10_000)}end`;
  const redact = createRedactor({
    secrets: [secret],
    redactDevice: `lavfi:${secret}`,
  });
  for (const text of [secret, encodeURIComponent(secret), `'${secret}'`]) {
    assertFalse(/secret|end/.test(redact(`a ${text} b`)));
  }
  assertEquals(redact("a b"), "a b");
  // Not the form of a device: it is hidden as a whole only.
  const odd = `${"a.".repeat(20_000)}:x`;
  assertEquals(createRedactor({ redactDevice: odd })(odd), deviceLabel(odd));
});

Deno.test("createRedactor: leaves the advice on ffmpeg's messages as it is", () => {
  const redact = createRedactor({ secrets: [] });
  for (const { advice, meaning } of MESSAGES) {
    assertEquals([redact(advice), redact(meaning)], [advice, meaning]);
  }
});
