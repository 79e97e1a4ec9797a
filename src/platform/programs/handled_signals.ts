/**
 * Whether this process handles the signals that end it.
 *
 * @module
 */

let handlers = 0;

/** Tells that signals end the work of this process in order, until disposed of. */
export function handleSignals(): Disposable {
  handlers++;
  let isOver = false;
  return {
    [Symbol.dispose]() {
      if (!isOver) handlers--;
      isOver = true;
    },
  };
}

/** Whether somebody handles signals. */
export function areSignalsHandled(): boolean {
  return handlers > 0;
}
