/**
 * Ends what a benchmark has started when somebody ends the benchmark.
 *
 * @module
 */

const started = new Set<Disposable | AsyncDisposable>();

/**
 * Takes note of something that is to be disposed of when the benchmark is
 * interrupted; the last that was started goes first.
 *
 * @returns the same.
 */
export function endedOnInterrupt<T extends Disposable | AsyncDisposable>(
  resource: T,
): T {
  if (started.size === 0) listen();
  started.add(resource);
  return resource;
}

function listen(): void {
  let isEnding = false;
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    Deno.addSignalListener(signal, () => {
      if (isEnding) return;
      isEnding = true;
      void endAll().finally(() => Deno.exit(code));
    });
  }
}

async function endAll(): Promise<void> {
  for (const resource of [...started].reverse()) {
    try {
      if (Symbol.asyncDispose in resource) {
        await resource[Symbol.asyncDispose]();
      } else resource[Symbol.dispose]();
    } catch {
      // It is being used at this moment, or is gone: the others are ended.
    }
  }
}
