import { assertEquals } from "@std/assert";
import { FolderWatch } from "../../../../src/recorder/watches/folder_watch.ts";

/** A folder whose answers the test gives, and a clock that it sets. */
function watched() {
  const answers: PromiseWithResolvers<boolean>[] = [];
  const clock = { now: 0, monotonic: () => clock.now };
  const watch = new FolderWatch({
    isThere() {
      const answer = Promise.withResolvers<boolean>();
      answers.push(answer);
      return answer.promise;
    },
  }, clock);
  return { watch, answers, clock };
}

Deno.test("FolderWatch: reports a folder that is gone", async () => {
  const { watch, answers } = watched();
  const isGone = watch.isGone();
  answers[0]?.resolve(false);
  assertEquals(await isGone, true);
});

Deno.test("FolderWatch: does not check twice within a moment", async () => {
  const { watch, answers, clock } = watched();
  const isGone = watch.isGone();
  answers[0]?.resolve(true);
  assertEquals(await isGone, false);
  clock.now = 1_000;
  assertEquals(await watch.isGone(), false);
  assertEquals(answers.length, 1);
  clock.now = 2_000;
  const isGoneLater = watch.isGone();
  answers[1]?.resolve(false);
  assertEquals(await isGoneLater, true);
});

Deno.test("FolderWatch: starts no second check on a disk that hangs", async () => {
  const { watch, answers, clock } = watched();
  const hanging = watch.isGone();
  clock.now = 60_000;
  assertEquals(await watch.isGone(), false);
  assertEquals(answers.length, 1);
  answers[0]?.resolve(true);
  assertEquals(await hanging, false);
});
