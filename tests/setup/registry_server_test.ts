import { assertEquals, assertMatch } from "@std/assert";
import { join, toFileUrl } from "@std/path";
import { serveRegistry } from "../../scripts/setup/registry_server.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("registry: serves its folder on the loopback address and nothing outside it", async () => {
  using temp = tempFolder();
  const folder = join(temp.path, "registry");
  await Deno.mkdir(join(folder, "@std"), { recursive: true });
  await Deno.writeTextFile(join(folder, "@std/meta.json"), "{}");
  await Deno.writeTextFile(join(temp.path, "secret.json"), "{}");
  await using server = serveRegistry(`${toFileUrl(folder)}/`);

  const get = async (path: string) => {
    const response = await fetch(`${server.url}${path}`);
    await response.body?.cancel();
    return response.status;
  };
  assertMatch(server.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  assertEquals(await get("@std/meta.json"), 200);
  assertEquals(await get("@std/none.json"), 404);
  assertEquals(await get("..%2fsecret.json"), 404);
  assertEquals(await get("%2e%2e/secret.json"), 404);
});
