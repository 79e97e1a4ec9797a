import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { NewestText } from "../../../../src/platform/guarded/newest_text.ts";
import { tempFolder } from "../../../support/temp.ts";
import { waitFor } from "../../../support/wait.ts";

/** A writer whose syncs wait until they are let go. */
class Scene implements Disposable {
  readonly folder = tempFolder();
  readonly path = join(this.folder.path, "session.json");
  readonly errors: unknown[] = [];
  readonly syncs: (() => void)[] = [];
  readonly text = new NewestText({
    path: this.path,
    sync: {
      opened: () => new Promise((resolve) => this.syncs.push(resolve)),
    },
    onError: (error) => this.errors.push(error),
  });

  /** Waits for so many syncs to have begun, and ends the last. */
  async sync(count: number): Promise<void> {
    const last = await waitFor("sync", () => this.syncs[count - 1] ?? null);
    last();
  }

  read(): string {
    return Deno.readTextFileSync(this.path);
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }
}

Deno.test("NewestText: a text is in place once it is synced, and the newest wins", async () => {
  using scene = new Scene();
  const { text, path } = scene;
  Deno.writeTextFileSync(path, "old");
  text.write("1");
  await waitFor("sync", () => scene.syncs.length === 1 || null);
  assertEquals(scene.read(), "old");
  text.write("2");
  text.write("3");
  await scene.sync(1);
  await scene.sync(2);
  await text.flush();
  assertEquals(scene.read(), "3");
  assertEquals(scene.syncs.length, 2);
  const names = [...Deno.readDirSync(scene.folder.path)].map(({ name }) =>
    name
  );
  assertEquals(names, ["session.json"]);
});

Deno.test("NewestText: writes at once what still waits, and no older text replaces it", async () => {
  using scene = new Scene();
  const { text } = scene;
  text.write("1");
  await waitFor("sync", () => scene.syncs.length === 1 || null);
  text.write("2");
  text.writeNow();
  assertEquals(scene.read(), "2");
  await scene.sync(1);
  await scene.sync(2);
  await text.flush();
  assertEquals(scene.read(), "2");
  assertEquals(scene.errors.length, 1); // the name of the first text is gone
});

Deno.test("NewestText: has nothing to write at once after a flush", async () => {
  using scene = new Scene();
  scene.text.write("1");
  await scene.sync(1);
  await scene.text.flush();
  Deno.writeTextFileSync(scene.path, "of a repair");
  scene.text.writeNow();
  assertEquals(scene.read(), "of a repair");
});

Deno.test("NewestText: reports the first of several failures", async () => {
  using scene = new Scene();
  Deno.mkdirSync(scene.path);
  for (const text of ["1", "2"]) {
    scene.text.write(text);
    await scene.text.flush();
  }
  assertEquals(scene.errors.length, 1);
});
