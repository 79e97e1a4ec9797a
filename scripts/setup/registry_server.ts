/**
 * Serves a registry folder on this machine alone.
 *
 * `deno doc --lint` takes modules with a `file:` address for the project's own
 * and asks for them to be documented. From a server they are somebody else's, as
 * they are from JSR.
 *
 * @module
 */

/** A server that runs until it is disposed of. */
export interface RegistryServer extends AsyncDisposable {
  /** Its address, for `JSR_URL`. */
  url: string;
}

/**
 * Starts a server on a free port of the loopback address.
 *
 * @param folder The address of the registry folder, `file:///…/`
 */
export function serveRegistry(folder: string): RegistryServer {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async ({ url }) => {
      const { pathname } = new URL(url);
      // Names of files as the registry has them; none leads out of the folder.
      if (!/^\/@std(\/[\w-][\w.-]*)+$/.test(pathname)) return notFound();
      const path = new URL(`.${pathname}`, folder);
      try {
        const type = path.pathname.endsWith(".json")
          ? "application/json"
          : path.pathname.endsWith(".ts")
          ? "text/typescript"
          : "text/javascript";
        const headers = { "content-type": type };
        return new Response(await Deno.readFile(path), { headers });
      } catch {
        return notFound();
      }
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function notFound(): Response {
  return new Response("Not found", { status: 404 });
}
