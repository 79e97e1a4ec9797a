/**
 * Web servers of a folder with HLS segments, which note when they sent each.
 *
 * @module
 */

import { join } from "@std/path";
import { waitFor } from "../../../tests/support/wait.ts";
import { accepts, freePort, Processes } from "./processes.ts";

/**
 * When a client got each segment last, in seconds since 1970: before a
 * recording, echolog looks at the stream.
 */
export type Served = ReadonlyMap<string, number>;

/** A running server. */
export interface SegmentServer extends AsyncDisposable {
  /** Its address, without a slash at the end. */
  readonly origin: string;
  /** Returns the paths of the segments that it sent. */
  served(): Served;
}

/** Serves a folder with Deno. */
export function serveWithDeno(folder: string): SegmentServer {
  const served = new Map<string, number>();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, async (request) => {
    const path = join(folder, new URL(request.url).pathname);
    try {
      const bytes = await Deno.readFile(path);
      if (path.endsWith(".ts")) served.set(path, Date.now() / 1000);
      return new Response(bytes);
    } catch {
      return new Response(null, { status: 404 });
    }
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    served: () => served,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Serves a folder with nginx. */
export async function serveWithNginx(folder: string): Promise<SegmentServer> {
  const port = freePort();
  const programs = new Processes();
  const own = join(folder, "nginx");
  Deno.mkdirSync(own);
  Deno.writeTextFileSync(join(own, "nginx.conf"), configuration(port, folder));
  programs.start("nginx", [
    ...["-p", own, "-c", join(own, "nginx.conf")],
    ...["-e", join(own, "error.log")],
  ]);
  await waitFor("nginx", () => accepts(port));
  return {
    origin: `http://127.0.0.1:${port}`,
    served: () => readLog(join(own, "access.log"), folder),
    [Symbol.asyncDispose]: () => programs[Symbol.asyncDispose](),
  };
}

/** Returns the segments in a log with lines such as `1767225600.123 206 /live0.ts`. */
function readLog(path: string, folder: string): Served {
  const lines = Deno.readTextFileSync(path).split("\n");
  return new Map(lines.flatMap((line) => {
    const [at, status, uri] = line.split(" ");
    // ffmpeg asks for all bytes from the first one on.
    return /^20[06]$/.test(status ?? "") && uri?.endsWith(".ts")
      ? [[join(folder, uri), Number(at)]]
      : [];
  }));
}

/** One process, which keeps all its files in a folder of its own. */
function configuration(port: number, folder: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${name};`);
  return `daemon off;
master_process off;
pid nginx.pid;
events {}
http {
  ${temporary.join(" ")}
  log_format times '$msec $status $uri';
  access_log access.log times;
  server {
    listen 127.0.0.1:${port};
    root ${folder};
  }
}
`;
}
