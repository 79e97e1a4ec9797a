import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { parse as parseToml } from "@std/toml";
import { EditError, editToml } from "../../../../src/config/toml/edit.ts";
import { KEYED_SETTINGS } from "../../../../src/config/keys.ts";
import { leavesOf } from "../../../../src/config/toml/flatten.ts";
import { renderExample } from "../../../../src/config/reference.ts";
import { type SettingName, SETTINGS } from "../../../../src/config/settings.ts";
import { quoteToml, tomlOf } from "../../../../src/config/toml_value.ts";

/** Sets recording.channels to 6 in `before`. */
function assertEdit(before: string, after: string) {
  assertEquals(editToml(before, "recording.channels", "6"), after);
}

Deno.test("editToml: replaces a key that is commented out, and keeps its description", () => {
  const text = `[recording]
# number of channels
#channels = 2
#channel = 1  # default: all channels

[ffmpeg]
#path = "x"
`;
  assertEquals(
    editToml(text, "recording.channel", "2"),
    text.replace("#channel = 1  # default: all channels", "channel = 2"),
  );
  assertEquals(
    editToml(text, "ffmpeg.path", '"y"'),
    text.replace('#path = "x"', 'path = "y"'),
  );
  // The key is in another section only.
  assertEquals(
    editToml(text, "recording.path", "1"),
    text.replace("all channels\n", "all channels\npath = 1\n"),
  );
});

Deno.test("editToml: replaces a value in a section and keeps its spacing and comment", () => {
  assertEdit(
    "# all\n\n[recording]  # mine\n  channels\t=   2   # both = 2\n\n\n[disk]\n",
    "# all\n\n[recording]  # mine\n  channels\t=   6   # both = 2\n\n\n[disk]\n",
  );
  assertEdit("[recording]\nchannels=2#x", "[recording]\nchannels=6#x");
});

Deno.test("editToml: keeps line endings, byte order mark, Unicode and a missing final newline", () => {
  assertEdit(
    "\ufeff# Lärm 🎙\r\n[recording]\r\nchannels = 2\r\ndevice = 'alsa:é'",
    "\ufeff# Lärm 🎙\r\n[recording]\r\nchannels = 6\r\ndevice = 'alsa:é'",
  );
  assertEdit(
    "\ufeff[recording]\r\nformat = 'wav'\r\n# end",
    "\ufeff[recording]\r\nformat = 'wav'\r\n# end\r\nchannels = 6",
  );
  assertEdit("\ufeffrecording.channels = 2", "\ufeffrecording.channels = 6");
});

Deno.test("editToml: finds dotted and quoted keys", () => {
  assertEdit("recording.channels = 2\n", "recording.channels = 6\n");
  assertEdit("recording . channels=2\n", "recording . channels=6\n");
  assertEdit(`"recording".'channels' = 2\n`, `"recording".'channels' = 6\n`);
  assertEdit(
    `["recording"]\n"channels" = 2\n`,
    `["recording"]\n"channels" = 6\n`,
  );
  assertEdit(
    `[ 'recording' ]\n"chan\\u006eels" = 2`,
    `[ 'recording' ]\n"chan\\u006eels" = 6`,
  );
});

Deno.test("editToml: replaces a value in an inline table and adds a missing one", () => {
  assertEdit(
    "recording = { format = 'wav', channels = 2 } # x\n",
    "recording = { format = 'wav', channels = 6 } # x\n",
  );
  assertEdit(
    `recording = {device="a:}, channels = 3"}\n[disk]\n`,
    `recording = {device="a:}, channels = 3", channels = 6}\n[disk]\n`,
  );
  assertEdit("recording = {}\n", "recording = { channels = 6 }\n");
});

Deno.test("editToml: rejects a change that would lose the comments of a list", () => {
  const edit = (list: string) =>
    editToml(`[ffmpeg]\ninput_args = ${list}\n`, "ffmpeg.input_args", '["c"]');
  for (const list of ["[ # all\n]", '["a#", # mono\n "b"]', "['a'\n# b\n]"]) {
    assertThrows(() => edit(list), EditError, "its value holds comments");
  }
  for (const list of ["[]", '["a#", "\\"#"]', "['#']", '["""\n"#"""]']) {
    assertEquals(edit(list), '[ffmpeg]\ninput_args = ["c"]\n');
  }
});

Deno.test("editToml: ignores strings and comments that look like the key", () => {
  const decoys = [
    "# [recording]\n# channels = 1\n",
    `ffmpeg.path = """\n[recording]\nchannels = 1\n\\""" and a "quote""""\n`,
    "[ffmpeg]\npath = '''\n[recording]\nchannels = 1\n'''\n",
    `[ffmpeg]\ninput_args = [ # channels = 1\n  "[recording]",\n  'channels = 1', ]\n`,
    `[logging]\nformat = "text" # channels = 1\n`,
  ];
  for (const decoy of decoys) {
    assertEdit(
      `${decoy}[recording]\nchannels = 2\n`,
      `${decoy}[recording]\nchannels = 6\n`,
    );
    assertEdit(decoy, `${decoy}\n[recording]\nchannels = 6\n`);
  }
});

Deno.test("editToml: replaces multi-line arrays and strings as a whole", () => {
  const list =
    `[ffmpeg]\ninput_args = [\n  "a]",\n  'b # ]',\n] # end\npath = "x"\n`;
  assertEquals(
    editToml(list, "ffmpeg.input_args", '["c"]'),
    `[ffmpeg]\ninput_args = ["c"] # end\npath = "x"\n`,
  );
  assertEquals(
    editToml(list, "ffmpeg.input_args", "[]"),
    `[ffmpeg]\ninput_args = [] # end\npath = "x"\n`,
  );
  for (const text of [`"""a\n"b" \\\n c""""`, "'''\r\na'b''c'''", `""`]) {
    const before = `[ffmpeg]\npath = ${text} # end\n[disk]\n`;
    assertEquals(
      editToml(before, "ffmpeg.path", '"/f"'),
      `[ffmpeg]\npath = "/f" # end\n[disk]\n`,
    );
  }
});

Deno.test("editToml: adds a missing key below the lines of its section, with their indentation", () => {
  assertEdit(
    "[recording]\n  format = 'wav' # f\n\n# about the disk\n[disk]\n",
    "[recording]\n  format = 'wav' # f\n  channels = 6\n\n# about the disk\n[disk]\n",
  );
  assertEdit(
    "[recording]\n# about the disk\n[disk]\n",
    "[recording]\nchannels = 6\n# about the disk\n[disk]\n",
  );
  assertEdit(
    "[recording]\n#format = 'wav'\n\n[disk]\n",
    "[recording]\n#format = 'wav'\nchannels = 6\n\n[disk]\n",
  );
  assertEdit("[recording]", "[recording]\nchannels = 6");
  assertEdit(
    "[disk]\r\n[recording]\r\n",
    "[disk]\r\n[recording]\r\nchannels = 6\r\n",
  );
});

Deno.test("editToml: adds a missing key below the dotted keys of its section", () => {
  assertEdit(
    "recording.format = 'wav' # f\nlogging.utc = true\n[disk]\n",
    "recording.format = 'wav' # f\nrecording.channels = 6\nlogging.utc = true\n[disk]\n",
  );
});

Deno.test("editToml: appends a missing section at the end", () => {
  assertEdit("", "[recording]\nchannels = 6\n");
  assertEdit("\ufeff", "\ufeff[recording]\nchannels = 6\n");
  assertEdit("# x", "# x\n\n[recording]\nchannels = 6");
  assertEdit("[disk]\n", "[disk]\n\n[recording]\nchannels = 6\n");
  assertEdit("[disk]\r\n\r\n", "[disk]\r\n\r\n[recording]\r\nchannels = 6\r\n");
});

Deno.test("editToml: rejects a file that it cannot change in exactly one place", () => {
  const refuse = (text: string) =>
    assertThrows(() => editToml(text, "recording.channels", "6"), EditError)
      .message;
  assertStringIncludes(refuse("[recording\n"), "Parse error");
  assertStringIncludes(
    refuse("[recording]\nchannels = 1\nchannels = 2\n"),
    "recording.channels is on line 2 and again on line 3",
  );
  assertStringIncludes(refuse("recording = 3\n"), "recording is not a table");
  assertStringIncludes(refuse("[[recording]]\nchannels = 1\n"), "recording");
});

Deno.test("tomlOf: writes a value with the TOML type of its setting", () => {
  const write = (name: SettingName, text: string) =>
    tomlOf(SETTINGS[name].type, text);
  assertEquals(write("channels", "+02"), "2");
  assertEquals(write("segmentDuration", "10s"), '"10s"');
  assertEquals(write("segmentDuration", "90"), "90");
  assertEquals(write("segmentDuration", "090"), '"090"');
  assertEquals(write("logMaxBytes", "5MB"), '"5MB"');
  assertEquals(write("logUtc", "false"), "false");
  assertEquals(write("format", "wav"), '"wav"');
  assertEquals(write("inputArgs", '["-ac","1"]'), '["-ac", "1"]');
  assertEquals(
    write("device", 'dshow:audio="M\\x"'),
    '"dshow:audio=\\"M\\\\x\\""',
  );
});

Deno.test("quoteToml: quotes any text so that it parses back unchanged", () => {
  let text = "é🎙\\'\"";
  for (let code = 1; code < 256; code++) text += String.fromCharCode(code);
  assertEquals(parseToml(`x = ${quoteToml(text)}`), { x: text });
});

Deno.test("editToml: changes only the bytes of the value in any file", () => {
  const random = randomFrom(20_250_922);
  for (let round = 0; round < 150; round++) {
    const file = randomFile(random);
    for (const { name, key } of KEYED_SETTINGS) {
      const value = onOneLine(randomValue(name, random));
      const edited = editToml(file.text, key, value);
      const note = JSON.stringify([file.text, key, value, edited]);
      const span = file.spans.get(key);
      if (span !== undefined) {
        const [start, end] = span;
        const expected = file.text.slice(0, start) + value +
          file.text.slice(end);
        assertEquals(edited, expected, note);
      } else {
        assert(isInsertion(file.text, edited), note);
        const added = edited.length - file.text.length;
        assert(added < key.length + value.length + 40, note);
      }
      const expected = leavesOf(file.text);
      for (const leaf of leavesOf(`v = ${value}`).values()) {
        expected.set(key, leaf);
      }
      assertEquals(sorted(leavesOf(edited)), sorted(expected), note);
    }
  }
});

Deno.test("editToml: sets every key of the example, one after the other", () => {
  const random = randomFrom(7);
  let text = renderExample();
  for (const { name, key } of KEYED_SETTINGS) {
    text = editToml(text, key, randomValue(name, random));
  }
  assertEquals(
    [...leavesOf(text).keys()].sort(),
    KEYED_SETTINGS.map(({ key }) => key).sort(),
  );
});

function sorted(map: ReadonlyMap<string, string>) {
  return [...map].sort();
}

/** Whether a text came from another by inserting something in one place. */
function isInsertion(before: string, after: string): boolean {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  return after.endsWith(before.slice(same));
}

type Random = (below: number) => number;

/** A small generator of the same numbers each time (mulberry32). */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function pick<T>(random: Random, from: readonly [T, ...T[]]): T {
  return from[random(from.length)] ?? from[0];
}

function randomValue(name: SettingName, random: Random): string {
  const { type, example, defaultValue } = SETTINGS[name];
  if (Array.isArray(defaultValue)) {
    return pick(random, [
      "[]",
      '["-a", "[x] # y"]',
      '[\n  \'a\',\n  "b\\" # ]",\n]',
    ]);
  }
  if (example !== undefined) {
    return pick(random, [
      `"${example}"`,
      `'${example}'`,
      `"""\n[recording]\nchannels = 9 # " """`,
    ]);
  }
  if (typeof defaultValue === "number") return String(random(1000));
  const [first = "x", ...more] = type.choices ?? [];
  if (typeof defaultValue === "boolean") return pick(random, [first, ...more]);
  return quoteToml(pick(random, [first, ...more]));
}

/** Inline tables are one line, and @std/toml 1.0.11 fails on `[]}` and `,]}`. */
function onOneLine(value: string): string {
  if (value === "[]") return '["]"]';
  if (!value.includes("\n")) return value;
  return value.startsWith("[") ? '["]"]' : "'}'";
}

function randomFile(random: Random) {
  const eol = pick(random, ["\n", "\r\n"]);
  const space = () => pick(random, ["", " ", "  ", "\t"]);
  const comment = () =>
    pick(random, ["", "", " # ü [disk] x = 1", "#\t'\"", " # channels = 3"]);
  const spans = new Map<string, [number, number]>();
  let text = pick(random, ["", "\ufeff"]);
  const blank = () => {
    while (random(3) === 0) text += space() + comment().trim() + eol;
  };
  const entry = (key: string, written: string, value: string) => {
    text += `${space()}${written}${space()}=${space()}`;
    spans.set(key, [text.length, text.length + value.length]);
    text += value;
  };
  const word = (name: string) => pick(random, [name, `"${name}"`, `'${name}'`]);
  const sections = new Map<string, typeof KEYED_SETTINGS[number][]>();
  for (const setting of KEYED_SETTINGS) {
    if (random(2) === 0) continue;
    const [section = ""] = setting.key.split(".");
    const list = sections.get(section) ?? [];
    list.splice(random(list.length + 1), 0, setting);
    sections.set(section, list);
  }
  const headed: (() => void)[] = [];
  for (const [section, settings] of sections) {
    const names = settings.map(({ name, key }) => ({
      name,
      key,
      own: key.split(".")[1] ?? "",
    }));
    const form = random(4);
    blank();
    if (form === 0) {
      for (const { name, key, own } of names) {
        const dot = `${space()}.${space()}`;
        entry(key, word(section) + dot + word(own), randomValue(name, random));
        text += comment() + eol;
        blank();
      }
    } else if (form === 1) {
      text += `${word(section)} = {${space()}`;
      names.forEach(({ name, key, own }, index) => {
        if (index > 0) text += `${space()},`;
        const value = onOneLine(randomValue(name, random));
        entry(key, word(own), value);
      });
      text += `${space()}}${comment()}${eol}`;
    } else {
      headed.push(() => {
        text += `${space()}[${space()}${
          word(section)
        }${space()}]${comment()}${eol}`;
        blank();
        for (const { name, key, own } of names) {
          entry(key, word(own), randomValue(name, random));
          text += comment() + eol;
          blank();
        }
      });
    }
  }
  for (const write of headed) write();
  if (random(2) === 0 && text.endsWith(eol)) text = text.slice(0, -eol.length);
  return { text, spans };
}
