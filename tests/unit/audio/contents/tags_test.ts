import { assertEquals } from "@std/assert";
import {
  type ChunkTags,
  commentsOf,
  identityIn,
  identityOf,
  tagLine,
} from "../../../../src/audio/contents/tags.ts";

const TAGS: ChunkTags = {
  start: Date.UTC(2026, 8, 22, 10),
  session: "night, chunk 7",
  seq: 12,
  device: "pulse:default",
  echolog: "0.1.0",
};
const IDENTITY = { session: TAGS.session, seq: TAGS.seq };

Deno.test("tags: comments and the line name the session and the number", () => {
  assertEquals(identityOf(commentsOf(TAGS)), IDENTITY);
  assertEquals(identityIn(tagLine(TAGS)), IDENTITY);
  assertEquals(identityIn(tagLine({ ...TAGS, device: null })), IDENTITY);
});

Deno.test("tags: those of other programs, or cut short, name nothing", () => {
  assertEquals(identityOf([["SESSION", "night"]]), null);
  assertEquals(identityOf([["SESSION", "night"], ["TRACKNUMBER", ""]]), null);
  assertEquals(
    identityOf([["SESSION", "night"], ["TRACKNUMBER", "3/12"]]),
    null,
  );
  assertEquals(identityOf([["TRACKNUMBER", "3"], ["TITLE", "Rain"]]), null);
  assertEquals(identityIn("a walk in the rain, session 3"), null);
  assertEquals(identityIn(tagLine(TAGS).slice(0, 50)), null);
});
