/** A temporary folder that is removed when it goes out of scope. */
export interface TempFolder extends Disposable {
  /** Its absolute path. */
  readonly path: string;
}

/** Makes a temporary folder. */
export function tempFolder(): TempFolder {
  const path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "echolog-" }));
  return {
    path,
    [Symbol.dispose]() {
      Deno.removeSync(path, { recursive: true });
    },
  };
}
