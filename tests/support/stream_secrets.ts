/**
 * Secrets of streams in the forms that they take.
 *
 * @module
 */

/** A text, and the same with its secrets masked. */
export const SECRET_FORMS: readonly (readonly [string, string])[] = [
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
