import { join } from "@std/path";

/** A session to register. */
export const SESSION = {
  session_id: "s",
  folder: "/rec/s",
  device: "test",
  log: "/rec/s/session.log",
};

/** Changes the one entry of a registry, as another program or release left it. */
export function change(folder: string, entry: Record<string, unknown>): void {
  const [file] = [...Deno.readDirSync(join(folder, "active"))];
  const path = join(folder, "active", file?.name ?? "");
  const old = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...old, ...entry }));
}
