import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { echolog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";

const STREAM = "http://127.0.0.1:9/live.mp3";

/** What a server answers instead of audio, and what must be said of it. */
const ANSWERS: readonly (readonly [string, string, RegExp])[] = [
  [
    "/listen.pls",
    `[playlist]\nNumberOfEntries=1\nFile1=${STREAM}\n`,
    /listen\.pls is a playlist \(\.pls\), not audio; the stream in it is http:\/\/127\.0\.0\.1:9\/live\.mp3/,
  ],
  [
    "/listen.m3u",
    `${STREAM}\n`,
    /listen\.m3u is a playlist \(\.m3u\), not audio; the stream in it is http:/,
  ],
  [
    "/radio",
    "<!DOCTYPE html><html><head><title>Login</title></head></html>",
    /radio is a web page, such as a network's login page, not audio/,
  ],
];

for (const [path, body, sentence] of ANSWERS) {
  Deno.test(`record: names what ${path} is instead of audio`, async () => {
    using home = tempFolder();
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => new Response(body),
    );
    const config = join(home.path, "echolog.conf");
    Deno.writeTextFileSync(config, '[recovery]\nstart_timeout = "4s"\n');
    const url = `http://127.0.0.1:${server.addr.port}${path}`;
    const options = { home: home.path };
    const { code } = await echolog(
      ["record", "--device", url, "--config", config],
      options,
    );
    assertEquals(code, 1);
    const { stdout } = await echolog(["explain"], options);
    const text = stdout.replaceAll(/\s+/g, " ");
    assertMatch(text, sentence);
    assertMatch(text, /give --device the address of the stream itself/);
    assertEquals(/plug|cable|dmesg|echolog devices/.test(text), false, text);
  });
}
